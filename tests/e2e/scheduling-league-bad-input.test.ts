import assert from "node:assert/strict";
import { asUser, callScheduling as call, newClinic } from "./fixture.ts";
import { asKey, newKey } from "./credentials.ts";
import { newLeague, newName, newSchedule, newTeam, newVenue } from "./league-fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const clinic = await newClinic();
const elsewhere = await newClinic();
const { owner, organizationId: organization_id } = clinic;
const { sport, season, teams } = await newLeague(owner, organization_id);
const theirs = await newLeague(elsewhere.owner, elsewhere.organizationId);
const draft = await newSchedule(owner, season.id);
const archived = await newSchedule(owner, season.id);
const as = asUser(owner);
await call("POST", `/schedules/${archived.id}/archive`, as);
const unknownId = crypto.randomUUID();
const [home, away] = teams;

type Send = (body: unknown, more?: Record<string, string>) => ReturnType<typeof call>;
const posting = (path: string, rest: object): Send => (body, more = {}) =>
  call(
    "POST",
    path,
    { ...as, ...more },
    typeof body === "object" && !Array.isArray(body) ? { ...rest, ...body } : body,
  );
const putting = (path: string): Send => (body, more = {}) => call("PUT", path, { ...as, ...more }, body);
const sportOf = posting("/sports", { organization_id, name: newName() });
const seasonOf = posting("/seasons", {
  sport_id: sport.id,
  name: newName(),
  starts_on: "2029-01-01",
  ends_on: "2029-02-01",
});
const venueOf = posting("/venues", { organization_id, name: newName() });
const teamOf = posting("/teams", { sport_id: sport.id, name: newName(), code: "XYZ" });
const windowOf = posting("/tv-windows", {
  season_id: season.id,
  name: newName(),
  starts: "20:00",
  time_zone: "UTC",
  weekday: 1,
});
const scheduleOf = posting("/schedules", { season_id: season.id, name: newName(), format: "custom" });
const change = putting(`/schedules/${draft.id}`);
const sure = { "if-match": '"99"' };
const list = (path: string, query: string) => call("GET", `${path}?${query}`, as);
const bad = (what: string, send: () => ReturnType<typeof call>): Refusal => [what, send, 422, "invalid_input"];

refusalsTest("leagues: bad input is refused with its status and code, never with a 500", [
  ...[sportOf, seasonOf, venueOf, teamOf, windowOf, scheduleOf, change].flatMap((send, nth) =>
    bodyRefusals(send).map(([what, ...rest]): Refusal => [`${nth}: ${what}`, ...rest])
  ),
  bad("a sport without a name", () => sportOf({ name: " " })),
  bad("a game of no time", () => sportOf({ game_minutes: 0 })),
  bad("a null character", () => sportOf({ name: "a\0b" })),
  ["a sport's name twice", () => sportOf({ name: sport.name }), 409, "name_taken"],
  [
    "a sport of another organization",
    () => sportOf({ organization_id: elsewhere.organizationId }),
    403,
    "permission_denied",
  ],
  ["a sport of no organization", () => sportOf({ organization_id: unknownId }), 403, "permission_denied"],
  ["a sport that is played", () => call("DELETE", `/sports/${sport.id}`, as), 409, "in_use"],
  ["an unknown sport", () => call("GET", `/sports/${unknownId}`, as), 404, "not_found"],
  bad("an id that is none", () => call("GET", "/sports/42", as)),

  bad("a season that ends before it starts", () => seasonOf({ ends_on: "2028-12-31" })),
  bad("a season of ten years", () => seasonOf({ ends_on: "2039-01-01" })),
  bad("a day that never comes", () => seasonOf({ starts_on: "2029-02-30" })),
  bad("a day without end", () => seasonOf({ ends_on: "infinity" })),
  ["a season of another's sport", () => seasonOf({ sport_id: theirs.sport.id }), 404, "not_found"],
  ["a season's name twice", () => seasonOf({ name: season.name }), 409, "name_taken"],
  ["days without its rounds", () => putting(`/seasons/${season.id}`)({ ends_on: "2029-01-10" }), 409, "in_use"],
  ["a season with schedules", () => call("DELETE", `/seasons/${season.id}`, as), 409, "in_use"],

  bad("half a position", () => venueOf({ latitude: 1 })),
  bad("a position off the earth", () => venueOf({ latitude: 91, longitude: 0 })),
  bad("an unknown zone", () => venueOf({ time_zone: "Mars/Olympus" })),
  bad("another's location", () => venueOf({ location_id: unknownId })),
  bad("two places", () => venueOf({ location_id: unknownId, address: "x" })),
  bad("a thousand games and one at once", () => venueOf({ games_at_once: 1001 })),
  ["a venue of another", () => putting(`/venues/${theirs.teams[0]!.venue_id}`)({ spectators: 1 }), 404, "not_found"],
  [
    "a venue that has changed",
    () => putting(`/venues/${home!.venue_id}`)({ spectators: 1 }, sure),
    409,
    "version_conflict",
  ],

  bad("another's venue as home", () => teamOf({ venue_id: theirs.teams[0]!.venue_id })),
  bad("a code of blanks", () => teamOf({ code: " " })),
  bad("a team without a code", () => teamOf({ code: null })),
  ["a team's code twice", () => teamOf({ code: home!.code }), 409, "name_taken"],
  ["a team that has changed", () => putting(`/teams/${home!.id}`)({ division: "x" }, sure), 409, "version_conflict"],
  bad("a team that changes sport", () => putting(`/teams/${home!.id}`)({ sport_id: sport.id })),

  bad("a window on a day and a weekday", () => windowOf({ plays_on: "2029-02-02" })),
  bad("a window on no day", () => windowOf({ weekday: null })),
  bad("a window outside of the season", () => windowOf({ weekday: null, plays_on: "2031-01-01" })),
  bad("a window at 24:00", () => windowOf({ starts: "24:00" })),
  bad("a window that costs", () => windowOf({ value: -1 })),
  bad("a quality of 2", () => windowOf({ minimum_quality: 2 })),

  bad("an unknown format", () => scheduleOf({ format: "swiss" })),
  bad("a team of another", () => scheduleOf({ teams: [theirs.teams[0]!.id] })),
  bad("a team twice", () => scheduleOf({ teams: [home!.id, home!.id] })),
  bad("a round outside of the season", () => scheduleOf({ rounds: ["2031-01-01"] })),
  bad("a round twice", () => scheduleOf({ rounds: ["2029-01-01", "2029-01-01"] })),
  bad("a rule for no day", () => scheduleOf({ rounds: { from: "2029-01-01" } })),
  bad("more rounds than days", () => scheduleOf({ rounds: { every_days: 100, count: 5 } })),
  bad("a match-up with oneself", () => scheduleOf({ matchups: [{ home_team_id: home!.id, away_team_id: home!.id }] })),
  bad(
    "a match-up with another's",
    () => scheduleOf({ matchups: [{ home_team_id: home!.id, away_team_id: theirs.teams[0]!.id }] }),
  ),
  bad("games a team of a full round robin", () => scheduleOf({ format: "single_round_robin", games_per_team: 2 })),
  bad("phases of a single one", () => scheduleOf({ format: "single_round_robin", phased: true })),
  bad("too few rounds", () => scheduleOf({ format: "double_round_robin", rounds: ["2029-01-01"] })),
  ["a schedule of another's season", () => scheduleOf({ season_id: theirs.season.id }), 404, "not_found"],
  bad("no change", () => change({})),
  bad("another season", () => change({ season_id: season.id })),
  bad("match-ups of a round robin", () => change({ matchups: [{ home_team_id: home!.id, away_team_id: away!.id }] })),
  ["what has changed", () => change({ name: "x" }, sure), 409, "version_conflict"],
  bad("a version that is none", () => change({ name: "x" }, { "if-match": "x" })),
  ["an archived one", () => putting(`/schedules/${archived.id}`)({ name: "x" }), 409, "schedule_archived"],
  ["deleting it", () => call("DELETE", `/schedules/${archived.id}`, as), 409, "schedule_archived"],
  ["an unknown schedule", () => call("GET", `/schedules/${unknownId}`, as), 404, "not_found"],
  ...bodyRefusals((body, more = {}) => call("POST", `/schedules/${draft.id}/copy`, { ...as, ...more }, body)),
  bad("a copy without a name", () => call("POST", `/schedules/${draft.id}/copy`, as, { name: " " })),
  ["a copy of an unknown one", () => call("POST", `/schedules/${unknownId}/copy`, as, { name: "x" }), 404, "not_found"],
  ["archiving an unknown one", () => call("POST", `/schedules/${unknownId}/archive`, as), 404, "not_found"],

  ...["/sports", "/seasons", "/venues", "/teams", "/tv-windows", "/schedules"].flatMap((path): Refusal[] => [
    bad(`${path} of nobody`, () => list(path, "")),
    [
      `${path} with a broken cursor`,
      () => list(path, `organization_id=${organization_id}&cursor=x`),
      400,
      "invalid_cursor",
    ],
    bad(`${path}, a million of them`, () => list(path, `organization_id=${organization_id}&limit=1000000`)),
  ]),
  bad("an unknown status", () => list("/schedules", `organization_id=${organization_id}&status=x`)),
]);

Deno.test("leagues: what is sent twice under one key is made once", async () => {
  const copyOf: Send = (body, more = {}) => call("POST", `/schedules/${archived.id}/copy`, { ...as, ...more }, body);
  for (const send of [sportOf, seasonOf, venueOf, teamOf, windowOf, scheduleOf, copyOf]) {
    const name = newName();
    await assertIdempotent(send, { name }, { name: newName() });
  }
});

Deno.test("programs keep leagues by their scopes, and only their organization's", async () => {
  const { key } = await newKey(clinic, ["schedules.read", "schedules.manage", "organization.read"]);
  const reader = await newKey(clinic, ["schedules.read", "organization.read"]);
  const foreign = await newKey(elsewhere, ["schedules.read", "schedules.manage", "organization.read"]);
  const body = { sport_id: sport.id, name: newName(), code: crypto.randomUUID().slice(0, 8) };
  const made = await call("POST", "/teams", asKey(key), body);
  assert.equal(made.status, 201, made.text);
  const path = `/teams/${made.body.id}`;
  assert.equal((await call("GET", path, asKey(reader.key))).status, 200);
  assert.equal((await call("PUT", path, asKey(reader.key), { division: "x" })).status, 403);
  assert.equal((await call("GET", path, asKey(foreign.key))).status, 404);
  assert.equal((await call("PUT", path, asKey(foreign.key), { division: "x" })).status, 404);
  const venue = await newVenue(owner, organization_id);
  const moved = await call("PUT", `/venues/${venue.id}`, asKey(key), { latitude: 5, longitude: 6 });
  assert.deepEqual([moved.status, moved.body.latitude], [200, 5], moved.text);
  assert.equal((await newTeam(owner, sport.id)).version, 1);
});
