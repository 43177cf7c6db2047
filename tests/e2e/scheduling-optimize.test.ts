import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { startRun } from "../../shared/optimizer/mod.ts";
import { leagueOf, namedPlacements } from "../../shared/scheduling/league-of.ts";
import { asUser, callScheduling, newUser, stack } from "./fixture.ts";
import { addConstraint, documentOf, ended, newLeague, newSchedule, optimize, readRun } from "./optimizer-league.ts";

const league = await newLeague(8);
const { owner, scheduleId } = league;
await addConstraint(league, scheduleId, { type: "travel_distance", params: {}, hard: false });
await addConstraint(league, scheduleId, {
  type: "consecutive_games",
  params: { side: "away", maximum: 2 },
  hard: true,
});
const outsider = await newUser();

type Sides = { round?: number; home_team_id: string; away_team_id: string };
const sidesOf = (games: readonly Sides[]) =>
  games.map(({ round, home_team_id, away_team_id }) => `${round} ${home_team_id} ${away_team_id}`).sort();

Deno.test("a run ends as a version: the same that an unsliced one finds", async () => {
  const input = await documentOf(owner, scheduleId);
  const terms = { evaluations: 1_500_000, seed: 7, from: "scratch" };
  const started = await optimize(owner, scheduleId, terms);
  assert.equal(started.status, 202, started.text);
  assert.equal(started.headers.get("location"), `${stack.url}/functions/v1/scheduling/runs/${started.body.id}`);
  assert.equal(started.body.status, "queued");

  const run = await ended(owner, started.body.id);
  assert.equal(run.status, "succeeded", JSON.stringify(run));
  assert.ok(run.done_evaluations >= 1_500_000);
  assert.equal(run.percent, 100);
  assert.ok(run.slices > 1, `it took ${run.slices} slice`);

  const standing = leagueOf(input);
  const unsliced = startRun(standing.league, { seed: 7, evaluations: 1_500_000 });
  const whole = unsliced.advance(1_500_000);
  assert.ok(whole.done);
  assert.deepEqual([run.best_hard, run.best_soft], [whole.best.hard, whole.best.soft]);
  const found = namedPlacements(unsliced.best(), standing.games)
    .map(({ round, home, away }) => ({ round, home_team_id: home, away_team_id: away }));
  const kept = await documentOf(owner, scheduleId, run.result_version);
  assert.deepEqual(sidesOf(kept.games), sidesOf(found));
  const { games } = await documentOf(owner, scheduleId);
  assert.equal(games.length, 0, "the draft stays as it was");
});

Deno.test("a result is applied when its manager says so, and is where the next run starts", async () => {
  const { body: { id } } = await optimize(owner, scheduleId, { evaluations: 20_000 });
  const run = await ended(owner, id);
  assert.equal(run.started_from, "scratch", "there was no whole schedule to start from");
  const stale = await callScheduling("POST", `/runs/${id}/apply`, { ...asUser(owner), "if-match": '"1"' });
  assert.equal(stale.body.code, "version_conflict");
  const applied = await callScheduling("POST", `/runs/${id}/apply`, asUser(owner));
  assert.equal(applied.status, 200, applied.text);
  const { games, schedule } = await documentOf(owner, scheduleId);
  assert.equal(games.length, 56);
  assert.equal(applied.headers.get("etag"), `"${schedule.version}"`);

  const next = await ended(owner, (await optimize(owner, scheduleId, { evaluations: 20_000 })).body.id);
  assert.equal(next.started_from, "current");
  assert.deepEqual([next.start_hard, next.start_soft], [run.best_hard, run.best_soft]);
  assert.ok(next.improvement.hard > 0 || next.improvement.hard === 0 && next.improvement.soft >= 0);
});

Deno.test("a budget of time becomes evaluations, and the result follows a schedule that is left alone", async () => {
  const scheduleId = await newSchedule(league, 14);
  const { body: { id } } = await optimize(owner, scheduleId, { seconds: 2, apply: true });
  const run = await ended(owner, id);
  assert.equal(run.status, "succeeded", JSON.stringify(run));
  assert.ok(run.evaluations > 1_000 && run.done_evaluations >= run.evaluations);
  assert.ok(run.applied_at);
  assert.equal((await documentOf(owner, scheduleId)).games.length, 56);
});

Deno.test("a run is cancelled while it works, and its best is kept if wished", async () => {
  const { body: { id } } = await optimize(owner, scheduleId, { evaluations: 10_000_000_000 });
  for (const until = Date.now() + 20_000; (await readRun(owner, id)).body.done_evaluations === 0;) {
    assert.ok(Date.now() < until, "it did not begin");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const cancelled = await callScheduling("POST", `/runs/${id}/cancel`, asUser(owner), { keep: true });
  assert.equal(cancelled.status, 200, cancelled.text);
  assert.equal(cancelled.body.status, "cancelled");
  assert.equal((await documentOf(owner, scheduleId, cancelled.body.result_version)).games.length, 56);
  const again = await callScheduling("POST", `/runs/${id}/cancel`, asUser(owner));
  assert.equal(again.body.status, "cancelled");
});

Deno.test("what cannot be played fails with the reason", async () => {
  const impossible = await newSchedule(league, 5, "custom");
  const { body: { id } } = await optimize(owner, impossible, { evaluations: 10_000 });
  const run = await ended(owner, id);
  assert.equal(run.status, "failed");
  assert.equal(run.failure_code, "invalid_matchup");
  assert.match(run.failure, /nobody is to meet/);
});

Deno.test("runs are listed page by page, and found by their state", async () => {
  const path = `/schedules/${scheduleId}/runs`;
  const all = await callScheduling("GET", path, asUser(owner));
  assert.equal(all.status, 200, all.text);
  const first = await callScheduling("GET", `${path}?limit=2`, asUser(owner));
  const rest = await callScheduling("GET", `${path}?cursor=${first.body.next_cursor}`, asUser(owner));
  assert.deepEqual([...first.body.items, ...rest.body.items], all.body.items);
  const cancelled = await callScheduling("GET", `${path}?status=cancelled`, asUser(owner));
  assert.deepEqual(cancelled.body.items.map(({ status }: { status: string }) => status), ["cancelled"]);
});

Deno.test("nonsense is refused", async () => {
  const refused = async (terms: unknown, headers = {}) => {
    const { status, body } = await optimize(owner, scheduleId, terms as object, headers);
    return `${status} ${body.code}`;
  };
  const bad = [
    {},
    { seconds: 1, evaluations: 1_000 },
    { seconds: 0 },
    { seconds: 1.5 },
    { evaluations: 999 },
    {
      seconds: "10",
    },
    { seconds: 10, seed: -1 },
    { seconds: 10, from: "here" },
    { seconds: 10, other: 1 },
    [],
  ];
  for (const terms of bad) assert.equal(await refused(terms), "422 invalid_input", JSON.stringify(terms));
  assert.equal(await refused("{"), "400 invalid_json");
  assert.equal(await refused({ seconds: 1 }, { "if-match": '"1"' }), "409 version_conflict");
  assert.equal((await readRun(owner, "nonsense")).status, 422);
  assert.equal((await readRun(owner, crypto.randomUUID())).status, 404);
});

Deno.test("another organization sees neither a run nor that there is one", async () => {
  const { data } = await owner.client.from("optimization_runs").select("id").limit(1).single();
  const asked = await Promise.all([
    readRun(outsider, data!.id),
    optimize(outsider, scheduleId, { evaluations: 10_000 }),
    callScheduling("POST", `/runs/${data!.id}/cancel`, asUser(outsider)),
    callScheduling("POST", `/runs/${data!.id}/apply`, asUser(outsider)),
  ]);
  assert.deepEqual(asked.map(({ status }) => status), [404, 404, 404, 404]);
  const list = await callScheduling("GET", `/schedules/${scheduleId}/runs`, asUser(outsider));
  assert.equal(list.status, 404);
  assert.deepEqual(await answerOf(outsider.client.from("optimization_runs").select("id")), []);
  assert.match((await outsider.client.rpc("claim_run", {})).error!.message, /permission denied/);
});
