import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import type { Json } from "../../shared/db/types.ts";
import { asUser, callScheduling as call, newUser, secretWord, stack, type User } from "./fixture.ts";
import { newLeague, newSeason, play, type Row, sizes } from "./prediction-league.ts";

const league = await newLeague();
const { owner, sport } = league;
const next = await newSeason(league, 2029);
const ask = (user: User, body: object) => call("POST", "/predictions/attendance", asUser(user), body);

Deno.test("without a past there is nothing to predict from", async () => {
  const refused = await ask(owner, { schedule_id: next.schedule });
  assert.deepEqual([refused.status, refused.body.code], [409, "no_attendance_history"], refused.text);
  const training = await call("POST", "/predictions/train", asUser(owner), { sport_id: sport });
  assert.equal(training.body.code, "no_attendance_history");
});

Deno.test("a past without a model answers with means, and says so", async () => {
  await play(league, (await newSeason(league, 2024)).games);
  const { status, body, text } = await ask(owner, { schedule_id: next.schedule });
  assert.equal(status, 200, text);
  assert.deepEqual([body.model, body.fallback, body.predictions.length], [null, true, 24]);
  assert.match(body.note, /No model was trained/);
  const told = body.predictions.find(({ game_id }: { game_id: string }) =>
    next.games.find(({ id }) => id === game_id)!.home_team_id === league.teams[0]
  );
  assert.equal(told.method, "team_mean");
  assert.ok(told.low < told.expected && told.expected < told.high && told.high <= 9_900, JSON.stringify(told));
});

Deno.test("a trained model answers with its version, its size, its reasons and how well it did", async () => {
  for (const year of [2025, 2026]) {
    await play(
      league,
      (await newSeason(league, year)).games.filter(({ plays_on }) => plays_on < "2026-09"),
    );
  }
  const queued = await call("POST", "/predictions/train", asUser(owner), { sport_id: sport });
  assert.deepEqual([queued.status, queued.body.status, queued.body.games], [202, "queued", 72], queued.text);
  let answer = await ask(owner, { schedule_id: next.schedule });
  for (let turn = 0; answer.body.model === null; turn++) {
    assert.ok(turn < 60, answer.text);
    await call("POST", "/jobs", { apikey: stack.jobsKey });
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer = await ask(owner, { schedule_id: next.schedule });
  }
  const { model, predictions, fallback, note } = answer.body;
  assert.deepEqual([model.version, model.training_size, model.seasons, fallback, note], [
    "attendance-1.1",
    72,
    3,
    false,
    null,
  ]);
  const evaluation = model.evaluation.season;
  assert.equal(evaluation.held_out, "season");
  assert.ok(
    evaluation.mape < 0.1 && evaluation.within13 > 0.8 && evaluation.coverage.level === 0.8,
    JSON.stringify(evaluation),
  );
  const wrong = predictions.map(({ game_id, expected }: { game_id: string; expected: number }) => {
    const { home_team_id, away_team_id } = next.games.find(({ id }) => id === game_id)!;
    const crowd = sizes[league.teams.indexOf(home_team_id)]! * (1.06 - 0.04 * league.teams.indexOf(away_team_id));
    return Math.abs(expected / crowd - 1);
  });
  assert.ok(Math.max(...wrong) < 0.1, String(wrong));
  assert.ok(
    predictions.every(({ method, factors }: { method: string; factors: unknown[] }) =>
      method === "model" && Array.isArray(factors)
    ),
  );
  const [first] = next.games;
  const one = await ask(owner, { game_ids: [first!.id], level: 0.95 });
  assert.deepEqual(
    one.body.predictions.map(({ game_id, level }: { game_id: string; level: number }) => [game_id, level]),
    [[first!.id, 0.95]],
  );
});

Deno.test("games go to the windows that pay most", async () => {
  const { client } = owner;
  const window = (tv_window: Json) => answerOf(client.rpc("create_tv_window", { season_id: next.season, tv_window }));
  const [first, second] = next.games;
  const base = { time_zone: "America/Chicago", starts: "19:00" };
  await window({ ...base, name: "Opening night", plays_on: first!.plays_on, value: 100_000, minimum_quality: 0.2 });
  await window({ ...base, name: "Second night", plays_on: second!.plays_on, value: 50_000, minimum_quality: 0.9 });
  const { status, body, text } = await call("POST", "/predictions/tv-slots", asUser(owner), {
    schedule_id: next.schedule,
    qualities: [{ game_id: first!.id, quality: 0.8 }, { game_id: second!.id, quality: 0.5 }],
  });
  assert.equal(status, 200, text);
  assert.deepEqual(
    body.slots.map((
      slot: { game_id: string | null; value: number; marginal_value: number },
    ) => [slot.game_id, slot.value, slot.marginal_value]),
    [[first!.id, 80_000, 80_000], [null, 0, 0]],
  );
  assert.deepEqual([body.total_value, body.current_value, body.quality_from], [80_000, 0, "both"]);
});

Deno.test("what stands in the calendar is a certain conflict; too few disturbed games make no probability", async () => {
  const [first] = next.games;
  const starts_at = `${first!.plays_on}T00:00:00Z`;
  const ends_at = new Date(Date.parse(starts_at) + 2 * 86_400_000).toISOString();
  const team = { resource_id: first!.away_team_id, starts_at, ends_at, reason: "exams" };
  await answerOf(owner.client.rpc("add_absence", team));
  const { status, body, text } = await call(
    "GET",
    `/predictions/conflict-risk?schedule_id=${next.schedule}`,
    asUser(owner),
  );
  assert.equal(status, 200, text);
  assert.deepEqual(
    body.games.filter(({ certain }: { certain: boolean }) => certain).map(({ game_id }: Row & { game_id: string }) =>
      game_id
    ),
    [first!.id],
  );
  assert.equal(body.games[0].conflicts[0].kind, "absence");
  assert.deepEqual([body.history.games, body.history.enough, body.games[0].probability, body.expected_disturbed], [
    72,
    false,
    null,
    null,
  ]);
});

Deno.test("another organization is told nothing, and changes nothing", async () => {
  const outsider = await newUser();
  const asked = await Promise.all([
    ask(outsider, { schedule_id: next.schedule }),
    ask(outsider, { game_ids: [next.games[0]!.id] }),
    call("POST", "/predictions/tv-slots", asUser(outsider), { schedule_id: next.schedule }),
    call("GET", `/predictions/conflict-risk?schedule_id=${next.schedule}`, asUser(outsider)),
    call("POST", "/predictions/train", asUser(outsider), { sport_id: sport }),
  ]);
  for (const { status, text, request } of asked) {
    assert.equal(status, 404, `${request}: ${text}`);
    assert.ok(!text.includes(secretWord), text);
  }
  const other = await newLeague();
  const mixed = await newSeason(other, 2029);
  const both = await ask(other.owner, { game_ids: [mixed.games[0]!.id, next.games[0]!.id] });
  assert.equal(both.status, 404, both.text);
  const own = await ask(other.owner, { schedule_id: mixed.schedule });
  assert.equal(
    own.body.code,
    "no_attendance_history",
    "what the first organization has counted is not theirs to learn from",
  );
});

Deno.test("nonsense is refused", async () => {
  for (
    const body of [{}, { schedule_id: next.schedule, game_ids: [next.games[0]!.id] }, { game_ids: [] }, {
      schedule_id: next.schedule,
      level: 2,
    }]
  ) {
    assert.equal((await ask(owner, body)).status, 422, JSON.stringify(body));
  }
});
