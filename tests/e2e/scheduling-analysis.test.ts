import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { Analysis, Check, Suggestions } from "../../supabase/functions/scheduling/analysis/schemas.ts";
import { asUser, callScheduling, newUser } from "./fixture.ts";
import { addConstraint, ended, newLeague, optimize } from "./optimizer-league.ts";

const league = await newLeague(6, 12);
const { owner, scheduleId } = league;
const outsider = await newUser();
const atMostTwo = await addConstraint(league, scheduleId, {
  type: "consecutive_games",
  params: { side: "away", maximum: 1 },
  hard: false,
  weight: 3,
});
await ended(owner, (await optimize(owner, scheduleId, { evaluations: 1_000, apply: true })).body.id);
const gamesOf = async () =>
  await answerOf(
    owner.client.from("games").select("id, round, plays_on, home_team_id, away_team_id, venue_id, version").eq(
      "schedule_id",
      scheduleId,
    ).order("round"),
  );
const path = `/schedules/${scheduleId}`;
const ask = (to: string, body?: object, user = owner) =>
  callScheduling(body ? "POST" : "GET", `${path}/${to}`, asUser(user), body);

Deno.test("a schedule is judged: constraints in words, teams, and a score", async () => {
  const { status, body, text } = await ask("analyze");
  assert.equal(status, 200, text);
  const analysis = Analysis.parse(body);
  assert.ok(analysis.complete && analysis.score > 0 && analysis.score <= 1);
  assert.equal(analysis.teams.length, 6);
  assert.ok(analysis.teams.every(({ games, home, byes }) => games === 10 && home === 5 && byes === 2));
  const report = analysis.constraints.find(({ constraint_id }) => constraint_id === atMostTwo)!;
  assert.equal(report.penalty, 3 * report.deviation);
  assert.equal(report.satisfied, report.violations.length === 0);
  const ids = new Set((await gamesOf()).map(({ id }) => id));
  for (const { explanation, game_ids, team_ids } of report.violations) {
    assert.match(explanation, /Team \d .*away/);
    assert.ok(game_ids.length > 0 && game_ids.every((id) => ids.has(id)));
    assert.equal(team_ids.length, 1);
  }
});

Deno.test("a version is judged as it was, and games before they are saved", async () => {
  const now = Analysis.parse((await ask("analyze")).body);
  const first = Analysis.parse((await ask("analyze?version=1")).body);
  assert.deepEqual([first.number, first.hard, first.soft], [1, now.hard, now.soft]);
  assert.equal((await ask("analyze?version=99")).status, 404);
  const games = (await gamesOf()).slice(1).map(({ id, round, home_team_id, away_team_id }) => (
    { id, round, home_team_id, away_team_id }
  ));
  const without = Analysis.parse((await ask("analyze", { games })).body);
  assert.deepEqual([without.complete, without.unplaced.length], [false, 1]);
  assert.equal((await ask("analyze", { games: [{ ...games[0], round: 99 }] })).status, 422);
});

Deno.test("an edit is checked as it then turns out", async () => {
  const [game] = await gamesOf();
  const before = Analysis.parse((await ask("analyze")).body);
  const answer = await ask("check", { edit: { kind: "turn", game_id: game!.id } });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers.get("server-timing")!, /^database;dur=[\d.]+, constraints;dur=[\d.]+$/);
  const check = Check.parse(answer.body);
  assert.ok(check.possible);
  assert.deepEqual(check.calendar.map(({ game_id, conflicts }) => ({ game_id, conflicts })), [{
    game_id: game!.id,
    conflicts: [],
  }]);
  await answerOf(owner.client.rpc("swap_game", { game_id: game!.id }));
  const after = Analysis.parse((await ask("analyze")).body);
  assert.deepEqual([after.hard - before.hard, after.soft - before.soft], [check.hard, check.soft]);
  assert.deepEqual([check.clashes, after.clashes], [[], []]);
  await answerOf(owner.client.rpc("swap_game", { game_id: game!.id }));
});

Deno.test("an edit that cannot be is told what is in the way", async () => {
  const games = await gamesOf();
  const [game] = games;
  const busy = games.find(({ round, home_team_id, away_team_id }) =>
    round !== game!.round && [home_team_id, away_team_id].includes(game!.home_team_id)
  )!;
  const move = { kind: "move", game_id: game!.id, round: busy.round };
  const check = Check.parse((await ask("check", { edit: move })).body);
  assert.deepEqual([check.possible, check.reason], [false, "team_busy"]);
  assert.ok(check.in_the_way.includes(busy.id));
  assert.equal(check.calendar[0]!.starts_at!.slice(0, 4), "2029");

  const absence = { resource_id: game!.venue_id!, starts_at: "2029-06-01T00:00:00Z", ends_at: "2029-06-03T00:00:00Z" };
  await answerOf(owner.client.rpc("add_absence", absence));
  const later = { kind: "move", game_id: game!.id, starts_at: "2029-06-02T00:00:00Z" };
  const closed = Check.parse((await ask("check", { edit: later })).body);
  assert.deepEqual(closed.calendar[0]!.conflicts.map(({ kind }) => kind), ["absence"]);
  assert.deepEqual([closed.hard, closed.soft, closed.constraints], [0, 0, []]);
});

Deno.test("what is broken can be mended as suggested", async () => {
  const before = Analysis.parse((await ask("analyze")).body);
  const { status, body, text } = await ask("suggest", { constraint_id: atMostTwo });
  assert.equal(status, 200, text);
  const [best] = Suggestions.parse(body).items;
  assert.ok(best && best.soft < 0, text);
  assert.ok(best.changes.every(({ game_id }) => game_id));
  const games = await gamesOf();
  const proposed = games.map(({ id, round, home_team_id, away_team_id }) => {
    const change = best.changes.find(({ game_id }) => game_id === id);
    return change
      ? { id, round: change.to, home_team_id: change.home_team_id, away_team_id: change.away_team_id }
      : { id, round, home_team_id, away_team_id };
  });
  const after = Analysis.parse((await ask("analyze", { games: proposed })).body);
  assert.deepEqual([after.hard - before.hard, after.soft - before.soft], [best.hard, best.soft]);
  const elsewhere = await ask("suggest", { game_id: games[0]!.id, limit: 2 });
  assert.ok(Suggestions.parse(elsewhere.body).items.length > 0, elsewhere.text);
});

Deno.test("nonsense is refused, and nobody else is told anything", async () => {
  const status = async (to: string, body: object, user = owner) => (await ask(to, body, user)).status;
  assert.equal(await status("suggest", {}), 422);
  assert.equal(await status("suggest", { constraint_id: crypto.randomUUID() }), 422);
  assert.equal(await status("check", { edit: { kind: "turn", game_id: crypto.randomUUID() } }), 422);
  assert.equal(await status("check", { edit: { kind: "explode" } }), 422);
  const { body } = await ask("check", { edit: { kind: "move", game_id: (await gamesOf())[0]!.id, round: 77 } });
  assert.equal(body.code, "impossible_league");
  const [game] = await gamesOf();
  const edit = { edit: { kind: "turn", game_id: game!.id } };
  assert.equal(await status("check", edit), 200);
  assert.equal(await status("check", edit, outsider), 404);
  assert.equal(await status("suggest", { game_id: game!.id }, outsider), 404);
  assert.equal((await ask("analyze", undefined, outsider)).status, 404);
});
