import assert from "node:assert/strict";
import { asUser, callScheduling as call, newClinic } from "./fixture.ts";
import { addGame, draftOfGames, threeRounds } from "./game-fixture.ts";
import { newLeague, newSchedule } from "./league-fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const clinic = await newClinic();
const elsewhere = await newClinic();
const { owner, organizationId } = clinic;
const as = asUser(owner);
const league = await newLeague(owner, organizationId);
const theirs = await newLeague(elsewhere.owner, elsewhere.organizationId);
const draft = await newSchedule(owner, league.season.id);
const game = await addGame(owner, league, draft, 0, 1, 1);
const foreign = await addGame(elsewhere.owner, theirs, await newSchedule(elsewhere.owner, theirs.season.id), 0, 1, 1);
const archived = await draftOfGames(owner, league);
await call("POST", `/schedules/${archived.id}/archive`, as);
const unknownId = crypto.randomUUID();
const [pairing] = threeRounds(league);

type Send = (body: unknown, more?: Record<string, string>) => ReturnType<typeof call>;
const sending = (method: string, path: string, rest: object = {}): Send => (body, more = {}) =>
  call(
    method,
    path,
    { ...as, ...more },
    typeof body === "object" && !Array.isArray(body) ? { ...rest, ...body } : body,
  );
const add = sending("POST", `/schedules/${draft.id}/games`, { ...pairing, round: 2 });
const put = sending("PUT", `/schedules/${draft.id}/games`, { games: [] });
const change = sending("PUT", `/games/${game.id}`);
const rule = { type: "consecutive_games", params: { side: "away", maximum: 2 }, hard: true };
const constrain = sending("POST", `/schedules/${draft.id}/constraints`, rule);
const constraint = (await constrain({})).body;
const weigh = sending("PUT", `/constraints/${constraint.id}`);
const act = (action: string): Send => sending("POST", `/games/${game.id}/${action}`);
const bad = (what: string, send: () => ReturnType<typeof call>): Refusal => [what, send, 422, "invalid_input"];
const get = (path: string) => call("GET", path, as);
const post = (path: string, body?: unknown) => call("POST", path, as, body);

refusalsTest("games: bad input is refused with its status and code, never with a 500", [
  ...[add, put, change, constrain, weigh, act("postpone"), act("result")].flatMap((send, nth) =>
    bodyRefusals(send).map(([what, ...rest]): Refusal => [`${nth}: ${what}`, ...rest])
  ),
  bad("a game against oneself", () => add({ away_team_id: pairing!.home_team_id })),
  bad("a team of another league", () => add({ home_team_id: theirs.teams[0]!.id })),
  bad("a venue of another organization", () => add({ venue_id: theirs.teams[0]!.venue_id })),
  bad("a venue that is a team", () => add({ venue_id: pairing!.home_team_id })),
  bad("a round that there is not", () => add({ round: 31 })),
  bad("a round in letters", () => add({ round: "one" })),
  bad("no day", () => add({ round: null })),
  bad("a day that is none", () => add({ plays_on: "2029-02-30" })),
  bad("a day outside of the season", () => add({ plays_on: "2035-01-01" })),
  bad("a start on another day", () => add({ plays_on: "2029-01-08", starts_at: "2029-01-10T12:00:00Z" })),
  bad("an end before the start", () => add({ starts: "19:00", ends_at: "2029-01-01T00:00:00Z" })),
  bad("a game of two days", () => add({ starts: "19:00", ends_at: "2029-01-20T00:00:00Z" })),
  bad("a start that is none", () => add({ starts: "25:00" })),
  bad("a window of nobody's", () => add({ tv_window_id: unknownId })),
  bad("a note without end", () => add({ note: "x".repeat(1001) })),
  bad("a null character", () => add({ note: "a\0b" })),
  bad("an id of its own", () => add({ id: unknownId })),
  bad("a state", () => change({ status: "played" })),
  bad("nothing to change", () => change({})),
  bad("a negative score", () => act("result")({ home_score: -1 })),
  bad("half a spectator", () => act("result")({ attendance: 0.5 })),
  bad("a version in letters", () => get(`/schedules/${draft.id}/versions/one`)),
  bad("a list of a day that is none", () => get(`/schedules/${draft.id}/games?from=tomorrow`)),
  bad("games of nobody", () => get("/games")),
  ["games with the id of another's", () => put({ games: [{ ...pairing, id: foreign.id }] }), 422, "invalid_games"],
  ["games with an id of one's own choice", () => put({ games: [{ ...pairing, id: unknownId }] }), 422, "invalid_games"],
  ["a game twice", () => put({ games: [{ id: game.id }, { id: game.id }] }), 422, "invalid_games"],
  ["a stale list", () => put({ games: [] }, { "if-match": '"99"' }), 409, "version_conflict"],
  ["a cursor that is none", () => get(`/schedules/${draft.id}/games?cursor=x`), 400, "invalid_cursor"],
  ["a game that there is not", () => get(`/games/${unknownId}`), 404, "not_found"],
  ["a game of another organization", () => get(`/games/${foreign.id}`), 404, "not_found"],
  ["to change it", () => call("PUT", `/games/${foreign.id}`, as, { round: 2 }), 404, "not_found"],
  ["to cancel it", () => post(`/games/${foreign.id}/cancel`, {}), 404, "not_found"],
  ["to publish its schedule", () => post(`/schedules/${foreign.schedule_id}/publish`), 404, "not_found"],
  ["to read its versions", () => get(`/schedules/${foreign.schedule_id}/versions`), 404, "not_found"],
  ["to compare them", () => get(`/schedules/${foreign.schedule_id}/diff`), 404, "not_found"],
  ["a game for an archived schedule", () => post(`/schedules/${archived.id}/games`, pairing), 409, "schedule_archived"],
  ["to publish it", () => post(`/schedules/${archived.id}/publish`), 409, "schedule_archived"],
  ["to restore it", () => post(`/schedules/${archived.id}/versions/1/restore`), 409, "schedule_archived"],
  ["a version that there is not", () => post(`/schedules/${draft.id}/versions/9/restore`), 404, "not_found"],
  ["to unpublish a draft", () => post(`/schedules/${draft.id}/unpublish`), 409, "schedule_not_published"],
  ["to reinstate what is on", () => act("reinstate")({}), 409, "invalid_transition"],
  bad("a type that there is not", () => constrain({ type: "nothing" })),
  bad("no weight", () => constrain({ weight: 0 })),
  bad("another type", () => weigh({ type: "byes" })),
  ["params that do not fit", () => constrain({ params: { side: "left" } }), 422, "invalid_constraint"],
  [
    "params of other teams",
    () => constrain({ params: { ...rule.params, teams: [unknownId] } }),
    422,
    "invalid_constraint",
  ],
  ["a stale constraint", () => weigh({ hard: false }, { "if-match": '"9"' }), 409, "version_conflict"],
  ["a constraint that there is not", () => get(`/constraints/${unknownId}`), 404, "not_found"],
]);

Deno.test("games: what is refused says where it is wrong", async () => {
  const { body } = await put({ games: [pairing, { ...pairing, round: 99 }, { round: 1 }] });
  assert.deepEqual([body.code, body.total], ["invalid_games", 2]);
  assert.deepEqual(body.faults.map(({ index, field }: { index: number; field: string }) => [index, field]), [
    [1, "round"],
    [2, "home_team_id"],
  ]);
  const { body: params } = await constrain({ params: { side: "left", teams: [], more: 1 } });
  assert.deepEqual(
    params.faults.map(({ path }: { path: string }) => path).toSorted(),
    ["/params/maximum", "/params/more", "/params/side", "/params/teams"],
  );
});

Deno.test("schedules: to put games, publish, keep and restore under one key is done once", async () => {
  const own = await newLeague(owner, organizationId);
  const { id } = await newSchedule(owner, own.season.id);
  const key = { "idempotency-key": crypto.randomUUID() };
  const games = threeRounds(own);
  const answers = await Promise.all(
    [1, 2].map(() => call("PUT", `/schedules/${id}/games`, { ...as, ...key }, { games })),
  );
  assert.deepEqual(answers.map(({ body }) => body.changed), [6, 6]);
  await assertIdempotent(
    (body, more) => call("POST", `/schedules/${id}/versions`, { ...as, ...more }, body),
    { note: "One" },
    { note: "Two" },
  );
  for (const action of ["publish", "unpublish", "versions/1/restore"]) {
    const [one, other] = await Promise.all(
      [1, 2].map(() => call("POST", `/schedules/${id}/${action}`, { ...as, ...key })),
    );
    assert.deepEqual([one!.status, one!.body], [200, other!.body], one!.text);
  }
});
