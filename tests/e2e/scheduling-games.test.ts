import assert from "node:assert/strict";
import { Constraint } from "../../supabase/functions/scheduling/constraints/schemas.ts";
import { Game, GamePage, GamesPut } from "../../supabase/functions/scheduling/games/schemas.ts";
import { Conflicts } from "../../supabase/functions/scheduling/publication/schemas.ts";
import { Schedule } from "../../supabase/functions/scheduling/schedules/schemas.ts";
import {
  Diff,
  Restored,
  Version,
  VersionPage,
  VersionWithGames,
} from "../../supabase/functions/scheduling/versions/schemas.ts";
import { accessTest, type Caller, type Expected, managersOnly, newCast } from "./access.ts";
import { asUser, callScheduling as call } from "./fixture.ts";
import { asKey, newKey } from "./credentials.ts";
import { addGame, draftOfGames, threeRounds } from "./game-fixture.ts";
import { newMember } from "./gateway-fixture.ts";
import { newLeague, newSchedule } from "./league-fixture.ts";
import { assertIdempotent } from "./refusals.ts";

const { clinic, callers } = await newCast();
const { owner, organizationId } = clinic;
const as = asUser(owner);
const league = await newLeague(owner, organizationId);
const readers: Record<Caller, Expected> = { ...managersOnly([200]), staff: [200], colleague: [200] };

const draft = () => draftOfGames(owner, league);
const gameOf = async () => await addGame(owner, league, await newSchedule(owner, league.season.id), 0, 1, 1);
const look = async (path: string) => (await call("GET", path, as)).body;

interface Route {
  expected?: Record<Caller, Expected>;
  make: () => Promise<{ id: string }>;
  look: (id: string) => Promise<unknown>;
  send: (id: string) => [method: string, path: string, body?: unknown];
  parse?: { parse: (value: unknown) => unknown };
}
const ofGame = (path: string, body?: unknown, method = "POST"): Route => ({
  make: gameOf,
  look: (id) => look(`/games/${id}`),
  send: (id) => [method, `/games/${id}${path}`, body],
  parse: Game,
});
const ofSchedule = (path: string, body?: unknown, method = "POST"): Route => ({
  make: draft,
  look: async (id) => [await look(`/schedules/${id}`), await look(`/schedules/${id}/games`)],
  send: (id) => [method, `/schedules/${id}${path}`, body],
});
const rule = { type: "consecutive_games", params: { side: "away", maximum: 2 }, hard: true };
const constraintOf = async () => {
  const { body } = await call("POST", `/schedules/${(await draft()).id}/constraints`, as, rule);
  return Constraint.parse(body);
};
const ofConstraint = (method: string, body?: unknown): Route => ({
  make: constraintOf,
  look: (id) => look(`/constraints/${id}`),
  send: (id) => [method, `/constraints/${id}`, body],
});
const withVersion = async () => {
  const made = await draft();
  await call("POST", `/schedules/${made.id}/versions`, as, {});
  return made;
};

const routes: Record<string, Route> = {
  "read a game of a draft": { ...ofGame("", undefined, "GET"), expected: readers },
  "change a game": ofGame("", { round: 2 }, "PUT"),
  "turn a game round": ofGame("/swap"),
  "postpone a game": ofGame("/postpone", { note: "Snow" }),
  "cancel a game": ofGame("/cancel", {}),
  "record a result": ofGame("/result", { home_score: 70, away_score: 68, attendance: 9000 }),
  "remove a game": { ...ofGame("", undefined, "DELETE"), expected: managersOnly([204]), parse: undefined! },
  "list the games of a draft": { ...ofSchedule("/games", undefined, "GET"), expected: readers, parse: GamePage },
  "put games": { ...ofSchedule("/games", { games: threeRounds(league).slice(1) }, "PUT"), parse: GamesPut },
  "put some games": { ...ofSchedule("/games", { games: threeRounds(league).slice(1) }, "PATCH"), parse: GamesPut },
  "add a game": {
    ...ofSchedule("/games", threeRounds(league)[0]),
    expected: managersOnly([201]),
    parse: Game,
  },
  "publish": { ...ofSchedule("/publish"), parse: Schedule },
  "ask what is in the way": { ...ofSchedule("/conflicts", undefined, "GET"), parse: Conflicts },
  "keep a version": { ...ofSchedule("/versions", {}), expected: managersOnly([201]), parse: Version },
  "list versions": {
    ...ofSchedule("/versions", undefined, "GET"),
    make: withVersion,
    expected: { ...readers, staff: [200], colleague: [200] },
    parse: VersionPage,
  },
  "read a version": {
    ...ofSchedule("/versions/1", undefined, "GET"),
    make: withVersion,
    expected: readers,
    parse: VersionWithGames,
  },
  "compare versions": {
    ...ofSchedule("/diff?from=1", undefined, "GET"),
    make: withVersion,
    expected: readers,
    parse: Diff,
  },
  "restore a version": { ...ofSchedule("/versions/1/restore"), make: withVersion, parse: Restored },
  "add a constraint": { ...ofSchedule("/constraints", rule), expected: managersOnly([201]), parse: Constraint },
  "read a constraint": { ...ofConstraint("GET"), expected: readers, parse: Constraint },
  "change a constraint": { ...ofConstraint("PUT", { active: false }), parse: Constraint },
  "delete a constraint": { ...ofConstraint("DELETE"), expected: managersOnly([204]) },
};
for (const [name, route] of Object.entries(routes)) {
  const expected = route.expected ?? managersOnly([200]);
  accessTest(name, callers, {
    expected,
    make: route.make,
    look: ({ id }) => route.look(id),
    send: (headers, { id }) => {
      const [method, path, body] = route.send(id);
      return call(method, path, headers, body);
    },
    accepted: ({ body }) => route.parse && assert.deepEqual(route.parse.parse(body), body),
  });
}

Deno.test("a schedule is published, seen, played, and taken back", async () => {
  const own = await newLeague(owner, organizationId);
  const { id } = await draftOfGames(owner, own);
  const outsider = callers.outsider;
  assert.equal((await call("GET", `/schedules/${id}/games`, outsider)).status, 404);
  const published = await call("POST", `/schedules/${id}/publish`, as);
  assert.equal(published.status, 200, published.text);
  assert.equal(published.headers.get("etag"), `"${published.body.version}"`);
  assert.equal((await call("POST", `/schedules/${id}/publish`, as)).body.code, "schedule_published");
  const [game] = (await look(`/schedules/${id}/games`)).items;
  assert.equal(game.published, true);
  const clash = await call("PUT", `/games/${game.id}`, as, { round: 2 });
  assert.deepEqual([clash.status, clash.body.code], [409, "game_does_not_fit"]);
  assert.ok(
    clash.body.conflicts.length > 0 && clash.body.conflicts.every(({ kind }: { kind: string }) => kind === "game"),
  );
  const moved = await call("PUT", `/games/${game.id}`, { ...as, "if-match": `"${game.version}"` }, { round: 9 });
  assert.equal(moved.status, 200, moved.text);
  assert.equal((await call("DELETE", `/games/${game.id}`, as)).body.code, "schedule_published");
  const { body: played } = await call("POST", `/games/${game.id}/result`, as, { home_score: 70, away_score: 60 });
  assert.equal(played.status, "played");
  assert.equal((await call("POST", `/games/${game.id}/postpone`, as, {})).body.code, "invalid_transition");
  const twice = await draftOfGames(owner, own);
  const refused = await call("POST", `/schedules/${twice.id}/publish`, as);
  assert.equal(refused.body.code, "cannot_publish");
  assert.equal(refused.body.total, refused.body.conflicts.length);
  assert.equal((await call("POST", `/schedules/${id}/unpublish`, as)).body.status, "draft");
  const back = await call("POST", `/schedules/${twice.id}/publish`, as);
  assert.equal(back.status, 200, back.text);
  await call("POST", `/schedules/${twice.id}/unpublish`, as);
});

Deno.test("games are listed by day, page by page, by team, venue, round and state", async () => {
  const { id } = await draft();
  const list = async (query: string) => GamePage.parse(await look(`/schedules/${id}/games?${query}`));
  const days: string[] = [];
  const ids = new Set<string>();
  for (let cursor: string | null = "";;) {
    const page: ReturnType<typeof GamePage.parse> = await list(`limit=4${cursor && `&cursor=${cursor}`}`);
    page.items.forEach((game) => (days.push(game.plays_on), ids.add(game.id)));
    if ((cursor = page.next_cursor) === null) break;
  }
  assert.deepEqual([days.length, ids.size], [6, 6]);
  assert.deepEqual(days, days.toSorted());
  const [team] = league.teams;
  assert.equal((await list(`team_id=${team!.id}`)).items.length, 3);
  assert.equal((await list(`team_id=${team!.id}&limit=2`)).items.length, 2);
  assert.ok((await list(`venue_id=${team!.venue_id}`)).items.every(({ home_team_id }) => home_team_id === team!.id));
  assert.equal((await list("round=2")).items.length, 2);
  assert.equal((await list("status=cancelled")).items.length, 0);
  assert.equal((await list(`from=${days[2]}&to=${days[2]}`)).items.length, 2);
  const everywhere = GamePage.parse(await look(`/games?organization_id=${organizationId}&limit=3&from=${days[2]}`));
  assert.equal(everywhere.items.length, 3);
});

Deno.test("two editors of a schedule, a game or a constraint cannot overwrite each other", async () => {
  const schedule = await draft();
  const [game] = (await look(`/schedules/${schedule.id}/games`)).items;
  const old = { ...as, "if-match": '"1"' };
  const stale = [
    call("PUT", `/games/${game.id}`, { ...as, "if-match": '"9"' }, { round: 2 }),
    call("PUT", `/schedules/${schedule.id}/games`, old, { games: [] }),
    call("POST", `/schedules/${schedule.id}/publish`, old),
    call("POST", `/schedules/${schedule.id}/versions`, old, {}),
    call("PUT", `/constraints/${(await constraintOf()).id}`, { ...as, "if-match": '"2"' }, { hard: false }),
  ];
  for (const answer of await Promise.all(stale)) {
    assert.deepEqual([answer.status, answer.body.code], [409, "version_conflict"], answer.request);
  }
  const changed = await call("PUT", `/games/${game.id}`, old, { round: 2 });
  assert.equal(changed.headers.get("etag"), '"2"');
  assert.equal((await call("GET", `/games/${game.id}`, as)).headers.get("etag"), '"2"');
});

Deno.test("a game and a constraint are added once under one key", async () => {
  const { id } = await newSchedule(owner, league.season.id);
  const [one, other] = threeRounds(league);
  await assertIdempotent((body, key) => call("POST", `/schedules/${id}/games`, { ...as, ...key }, body), one!, other!);
  await assertIdempotent(
    (body, key) => call("POST", `/schedules/${id}/constraints`, { ...as, ...key }, body),
    rule,
    { ...rule, hard: false },
  );
});

Deno.test("a customer sees what is published and nothing else; a program does what its scopes say", async () => {
  const own = await newLeague(owner, organizationId);
  const { id } = await draftOfGames(owner, own);
  const { key } = await newKey(clinic, ["schedules.read", "schedules.manage"]);
  const publisher = await newKey(clinic, ["schedules.read", "schedules.publish"]);
  const customer = await newMember(clinic, "customer");
  const seen = (as: Record<string, string>) => call("GET", `/schedules/${id}/games`, as);
  assert.equal((await seen(asUser(customer))).body.code, "not_found");
  assert.equal((await seen(asKey(key))).body.items.length, 6);
  assert.equal((await call("POST", `/schedules/${id}/publish`, asKey(key))).body.code, "permission_denied");
  assert.equal((await call("POST", `/schedules/${id}/publish`, asKey(publisher.key))).status, 200);
  const { items: [game] } = GamePage.parse((await seen(asUser(customer))).body);
  assert.equal((await call("GET", `/games/${game!.id}`, asUser(customer))).status, 200);
  assert.deepEqual((await call("GET", `/schedules/${id}/versions`, asUser(customer))).body.items, []);
  for (const as of [asUser(customer), asKey(key)]) {
    const refused = await call("PUT", `/games/${game!.id}`, as, { round: 9 });
    assert.deepEqual([refused.status, refused.body.code], [403, "permission_denied"]);
  }
});
