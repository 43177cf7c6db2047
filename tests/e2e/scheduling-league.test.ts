import assert from "node:assert/strict";
import { z } from "zod";
import { ConstraintTypes } from "../../supabase/functions/scheduling/constraint-types/schemas.ts";
import { ScheduleDetails } from "../../supabase/functions/scheduling/schedules/schemas.ts";
import { Season } from "../../supabase/functions/scheduling/seasons/schemas.ts";
import { Sport } from "../../supabase/functions/scheduling/sports/schemas.ts";
import { RemovedTeam, Team } from "../../supabase/functions/scheduling/teams/schemas.ts";
import { TvWindow } from "../../supabase/functions/scheduling/tv-windows/schemas.ts";
import { RemovedVenue, Venue } from "../../supabase/functions/scheduling/venues/schemas.ts";
import { accessTest, anyUser, type Caller, type Expected, managersOnly, newCast } from "./access.ts";
import { callScheduling as call } from "./fixture.ts";
import { newLeague, newName, newSchedule, newSeason, newSport, newTeam, newVenue } from "./league-fixture.ts";

const { clinic, callers } = await newCast();
const { owner, organizationId: organization_id } = clinic;
const { sport, season, teams } = await newLeague(owner, organization_id);
const shared = await newSchedule(owner, season.id);

const ofOrganization: Record<Caller, Expected> = {
  ...managersOnly([201]),
  customer: [403, "permission_denied"],
  "other customer": [403, "permission_denied"],
  outsider: [403, "permission_denied"],
};
const members: Record<Caller, Expected> = { ...managersOnly([200]), staff: [200], colleague: [200] };

interface Kind {
  path: string;
  schema: z.ZodType;
  /** A body that makes one. */
  body: () => object;
  make: () => Promise<{ id: string }>;
  change: object;
  /** What its removal answers. */
  removed: [number, z.ZodType?];
  creating?: Record<Caller, Expected>;
}

const code = () => crypto.randomUUID().slice(0, 8);
const tvWindow = () => ({
  season_id: season.id,
  name: newName("window"),
  starts: "20:00",
  time_zone: "America/Chicago",
  weekday: 6,
  value: 1000.5,
  minimum_quality: 0.25,
});
const days = { starts_on: "2029-01-01", ends_on: "2029-06-30" };
const kinds: Record<string, Kind> = {
  sport: {
    path: "/sports",
    schema: Sport,
    body: () => ({ organization_id, name: newName() }),
    make: () => newSport(owner, organization_id),
    change: { setup_minutes: 15 },
    removed: [204],
    creating: ofOrganization,
  },
  season: {
    path: "/seasons",
    schema: Season,
    body: () => ({ sport_id: sport.id, name: newName(), ...days }),
    make: () => newSeason(owner, sport.id),
    change: { ends_on: "2029-11-30" },
    removed: [204],
  },
  venue: {
    path: "/venues",
    schema: Venue,
    body: () => ({ organization_id, name: newName(), latitude: 1, longitude: 2, address: "1 Main Street" }),
    make: () => newVenue(owner, organization_id),
    change: { games_at_once: 2, latitude: 3, longitude: 4 },
    removed: [200, RemovedVenue],
    creating: ofOrganization,
  },
  team: {
    path: "/teams",
    schema: Team,
    body: () => ({ sport_id: sport.id, name: newName(), code: code() }),
    make: () => newTeam(owner, sport.id),
    change: { division: "North", venue_id: teams[0]!.venue_id },
    removed: [200, RemovedTeam],
  },
  "TV window": {
    path: "/tv-windows",
    schema: TvWindow,
    body: tvWindow,
    make: async () => (await call("POST", "/tv-windows", callers.owner, tvWindow())).body,
    change: { plays_on: "2029-02-03" },
    removed: [204],
  },
  schedule: {
    path: "/schedules",
    schema: ScheduleDetails,
    body: () => ({ season_id: season.id, name: newName(), format: "custom", rounds: ["2029-02-03"] }),
    make: () => newSchedule(owner, season.id),
    change: { rounds: { from: "2029-02-03", weekdays: [3, 6], count: 40 }, phased: true },
    removed: [204],
  },
};

for (const [kind, { path, schema, body, make, change, removed, creating }] of Object.entries(kinds)) {
  const look = async ({ id }: { id: string }) => (await call("GET", `${path}/${id}`, callers.owner)).body;
  accessTest(`make a ${kind}`, callers, {
    expected: creating ?? managersOnly([201]),
    send: (as) => call("POST", path, as, body()),
    accepted: ({ body, headers }) => {
      assert.deepEqual(schema.parse(body), body);
      assert.match(headers.get("location")!, new RegExp(`/scheduling${path}/${body.id}$`));
      assert.equal(headers.get("etag"), '"1"');
    },
  });
  accessTest(`read a ${kind}`, callers, {
    expected: { ...members, customer: [404, "not_found"] },
    make,
    reads: true,
    look,
    send: (as, { id }) => call("GET", `${path}/${id}`, as),
    accepted: ({ body }) => assert.deepEqual(schema.parse(body), body),
  });
  accessTest(`list ${kind}s`, callers, {
    expected: anyUser([200]),
    send: (as) => call("GET", `${path}?organization_id=${organization_id}&limit=1`, as),
    accepted: ({ body }, who) => assert.equal(body.items.length, members[who][0] === 200 ? 1 : 0, who),
  });
  accessTest(`change a ${kind}`, callers, {
    expected: managersOnly([200]),
    make,
    look,
    send: (as, { id }) => call("PUT", `${path}/${id}`, { ...as, "if-match": '"1"' }, change),
    accepted: ({ body, headers }) => {
      assert.deepEqual(schema.parse(body), body);
      assert.deepEqual([body.version, headers.get("etag")], [2, '"2"']);
    },
  });
  accessTest(`remove a ${kind}`, callers, {
    expected: managersOnly([removed[0]]),
    make,
    look,
    send: (as, { id }) => call("DELETE", `${path}/${id}`, as),
    accepted: ({ body }) => assert.deepEqual(removed[1]?.parse(body), body),
  });
}

accessTest("archive a schedule", callers, {
  expected: managersOnly([200]),
  make: () => newSchedule(owner, season.id),
  look: async ({ id }) => (await call("GET", `/schedules/${id}`, callers.owner)).body,
  send: (as, { id }) => call("POST", `/schedules/${id}/archive`, as),
  accepted: ({ body }) => assert.equal(ScheduleDetails.parse(body).status, "archived"),
});
accessTest("copy a schedule", callers, {
  expected: managersOnly([201]),
  make: () => Promise.resolve(shared),
  reads: true,
  look: async ({ id }) => (await call("GET", `/schedules/${id}`, callers.owner)).body,
  send: (as, { id }) => call("POST", `/schedules/${id}/copy`, as, { name: newName() }),
  accepted: ({ body }) => assert.deepEqual(ScheduleDetails.parse(body).rounds, shared.rounds),
});
accessTest("list the types of constraints", callers, {
  expected: anyUser([200]),
  send: (as) => call("GET", "/constraint-types", as),
  accepted: ({ body }) => assert.deepEqual(ConstraintTypes.parse(body), body),
});

Deno.test("a schedule tells its rounds, teams and match-ups", async () => {
  const [home, away] = teams;
  const made = await newSchedule(owner, season.id, {
    format: "custom",
    teams: [home!.id, { team_id: away!.id, division: "North" }],
    rounds: ["2029-03-03", { plays_on: "2029-02-03", starts: "12:00" }],
    matchups: [{ home_team_id: home!.id, away_team_id: away!.id, games: 2, home_is_fixed: true }],
  });
  assert.deepEqual(made.rounds, [
    { number: 1, plays_on: "2029-02-03", starts: "12:00:00" },
    { number: 2, plays_on: "2029-03-03", starts: null },
  ]);
  assert.deepEqual(
    new Map(made.teams.map(({ team_id, division }) => [team_id, division])),
    new Map([[home!.id, "East"], [away!.id, "North"]]),
  );
  assert.equal(made.matchups[0]!.games, 2);
  const read = await call("GET", `/schedules/${made.id}`, callers.owner);
  assert.deepEqual(read.body, made);
  const { rounds, teams: again, matchups } = made;
  const round = rounds.map(({ plays_on, starts }) => ({ plays_on, starts }));
  const same = again.map(({ team_id, division }) => ({ team_id, division }));
  const put = await call("PUT", `/schedules/${made.id}`, callers.owner, { rounds: round, teams: same, matchups });
  assert.deepEqual({ ...put.body, version: 1, updated_at: made.updated_at }, made, "what is read can be sent back");
});

Deno.test("lists go on page by page, and are filtered", async () => {
  const list = async (path: string, filters: Record<string, string>) => {
    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const query = new URLSearchParams({ organization_id, limit: "2", ...filters, ...(cursor ? { cursor } : {}) });
      const answer = await call("GET", `${path}?${query}`, callers.owner);
      assert.equal(answer.status, 200, answer.text);
      ids.push(...answer.body.items.map(({ id }: { id: string }) => id));
      cursor = answer.body.next_cursor;
    }
    assert.equal(new Set(ids).size, ids.length);
    return ids;
  };
  const { sport: another, season: theirs, teams: others } = await newLeague(owner, organization_id);
  const draft = await newSchedule(owner, theirs.id);
  const sorted = (of: { id: string }[]) => of.map(({ id }) => id).toSorted();
  assert.deepEqual((await list("/teams", { sport_id: another.id })).toSorted(), sorted(others));
  assert.deepEqual(
    (await list("/teams", { sport_id: another.id, division: "East" })).toSorted(),
    sorted(others.filter(({ division }) => division === "East")),
  );
  assert.deepEqual(await list("/teams", { code: others[0]!.code, active: "true" }), [others[0]!.id]);
  assert.deepEqual(await list("/teams", { code: others[0]!.code, active: "false" }), []);
  assert.deepEqual(await list("/seasons", { sport_id: another.id }), [theirs.id]);
  assert.deepEqual(await list("/schedules", { sport_id: another.id }), [draft.id]);
  assert.deepEqual(await list("/schedules", { season_id: theirs.id, status: "draft" }), [draft.id]);
  assert.deepEqual(await list("/schedules", { season_id: theirs.id, status: "published" }), []);
  assert.ok((await list("/sports", {})).length >= 2);
});

Deno.test("of two editors the second is told, whatever they change", async () => {
  for (const { path, make, change } of Object.values(kinds)) {
    const { id } = await make();
    const answers = await Promise.all(
      [1, 2, 3].map(() => call("PUT", `${path}/${id}`, { ...callers.owner, "if-match": '"1"' }, change)),
    );
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409, 409], path);
    assert.equal((await call("DELETE", `${path}/${id}`, { ...callers.owner, "if-match": '"1"' })).status, 409, path);
  }
});

Deno.test("what plays is retired, and its name stays with its games", async () => {
  const { id, code } = teams[3]!;
  const removed = await call("DELETE", `/teams/${id}`, callers.owner);
  assert.deepEqual([removed.status, removed.body], [200, { id, outcome: "retired" }]);
  const read = await call("GET", `/schedules/${shared.id}`, callers.owner);
  const entry = read.body.teams.find(({ team_id }: { team_id: string }) => team_id === id);
  assert.deepEqual([entry.code, entry.active], [code, false]);
});
