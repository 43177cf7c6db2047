import assert from "node:assert/strict";
import type { Sql, TransactionSql } from "postgres";
import { as, codeOf, nativeTest, signUp } from "./server.ts";

const days = { starts_on: "2029-01-01", ends_on: "2029-12-31" };

/** An organization with the calls that its owner makes; each answers its document. */
async function newOffice(sql: Sql) {
  const owner = await signUp(sql, "owner@example.com");
  const answered = (run: (tx: TransactionSql) => PromiseLike<unknown>) =>
    as(sql, owner, async (tx) => {
      const [row] = await run(tx) as [{ answer: { id: string; outcome?: string } }];
      return row.answer;
    });
  const { id: organization } = await answered((tx) =>
    tx`select public.create_organization('League', 'league', 'conference', 'UTC') as answer`
  );
  let made = 0;
  const create = (kind: string, parent: string, more: object = {}) =>
    answered((tx) =>
      tx`select ${sql(`public`)}.${sql(`create_${kind}`)}(${parent}, ${
        sql.json({ name: `${kind} ${made += 1}`, ...more })
      }) as answer`
    );
  const update = (kind: string, id: string, changes: object, version: number | null = null) =>
    answered((tx) =>
      tx`select ${sql(`public`)}.${sql(`update_${kind}`)}(${id}, ${sql.json(changes as never)}, ${version}) as answer`
    );
  const remove = (kind: string, id: string) =>
    answered((tx) => tx`select ${sql(`public`)}.${sql(`delete_${kind}`)}(${id}) as answer`);
  const team = (sport: string, more: object = {}) =>
    create("team", sport, { code: crypto.randomUUID().slice(0, 8), ...more });
  return { owner, organization, create, update, remove, team };
}

const race = (name: string, run: (sql: Sql, office: Awaited<ReturnType<typeof newOffice>>) => Promise<void>) =>
  nativeTest(name, async (sql) => {
    await run(sql, await newOffice(sql));
    const [{ dangling }] = await sql<[{ dangling: number }]>`
      select (select count(*) from public.schedule_teams x where not exists (select from public.teams t where t.id = x.team_id))
        + (select count(*) from public.teams t where not exists (select from public.resources r where r.id = t.id))
        + (select count(*) from public.teams t where t.venue_id is not null and not exists (select from public.venues v where v.id = t.venue_id))
        + (select count(*) from public.schedule_rounds r join public.schedules s on s.id = r.schedule_id
           join public.seasons n on n.id = s.season_id where r.plays_on not between n.starts_on and n.ends_on) as dangling`;
    assert.equal(Number(dangling), 0);
  });

const only = (outcomes: string[], ...expected: string[]) =>
  assert.deepEqual(outcomes.filter((outcome) => !expected.includes(outcome)), []);

race("of many editors who have seen one version, one changes it", async (_sql, office) => {
  const { organization, create, update, team } = office;
  const sport = await create("sport", organization);
  const season = await create("season", sport.id, days);
  const things = {
    sport: sport.id,
    season: season.id,
    venue: (await create("venue", organization, { latitude: 1, longitude: 1 })).id,
    team: (await team(sport.id)).id,
    tv_window: (await create("tv_window", season.id, { starts: "20:00", time_zone: "UTC", weekday: 1 })).id,
    schedule: (await create("schedule", season.id, { format: "custom" })).id,
  };
  for (const [kind, id] of Object.entries(things)) {
    for (let version = 1; version <= 3; version++) {
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, nth) => codeOf(update(kind, id, { name: `${kind} of ${nth}` }, version))),
      );
      assert.deepEqual(outcomes.toSorted(), ["ok", ...Array(11).fill("version_conflict")], `${kind} ${version}`);
    }
  }
});

race("a team is taken into a schedule or deleted, never both", async (sql, office) => {
  const { organization, create, update, remove, team } = office;
  const sport = await create("sport", organization);
  const season = await create("season", sport.id, days);
  const schedules = await Promise.all(
    [1, 2, 3].map(() => create("schedule", season.id, { format: "custom", teams: [] })),
  );
  for (let round = 0; round < 20; round++) {
    const { id } = await team(sport.id);
    const outcomes = await Promise.all([
      ...schedules.map((schedule) => codeOf(update("schedule", schedule.id, { teams: [id] }))),
      codeOf(remove("team", id)),
      codeOf(remove("team", id)),
    ]);
    only(outcomes, "ok", "invalid_input", "not_found");
    const [{ kept }] = await sql<
      [{ kept: boolean }]
    >`select exists (select from public.teams where id = ${id}) as kept`;
    const taken = await sql`select from public.schedule_teams where team_id = ${id}`;
    assert.ok(kept || taken.length === 0);
  }
});

race(
  "a venue becomes a home or is deleted, never both",
  async (_sql, { organization, create, update, remove, team }) => {
    const sport = await create("sport", organization);
    const teams = await Promise.all([1, 2, 3].map(() => team(sport.id)));
    for (let round = 0; round < 20; round++) {
      const { id } = await create("venue", organization);
      only(
        await Promise.all([
          ...teams.map((each) => codeOf(update("team", each.id, { venue_id: id }))),
          codeOf(team(sport.id, { venue_id: id })),
          codeOf(remove("venue", id)),
        ]),
        "ok",
        "invalid_input",
      );
    }
  },
);

race("what is deleted gets nothing new", async (sql, { organization, create, update, remove, team }) => {
  for (let round = 0; round < 10; round++) {
    const sport = await create("sport", organization);
    const season = await create("season", sport.id, days);
    const empty = await create("sport", organization);
    const outcomes = await Promise.all([
      codeOf(create("schedule", season.id, { format: "custom" })),
      codeOf(remove("season", season.id)),
      codeOf(create("season", empty.id, days)),
      codeOf(team(empty.id)),
      codeOf(remove("sport", empty.id)),
    ]);
    only(outcomes, "ok", "in_use", "not_found");
    const other = await create("season", sport.id, days);
    const draft = await create("schedule", other.id, { format: "custom" });
    only(
      await Promise.all([
        codeOf(update("season", other.id, { ends_on: "2029-06-30" })),
        codeOf(update("schedule", draft.id, { rounds: ["2029-07-07"] })),
        codeOf(create("schedule", other.id, { format: "custom", rounds: ["2029-08-08"] })),
      ]),
      "ok",
      "in_use",
      "invalid_input",
    );
  }
  assert.ok((await sql`select from public.sports`).length >= 10);
});

race("venues, their resources and their places change at once without a deadlock", async (sql, office) => {
  const { organization, owner, create, update } = office;
  const venues = await Promise.all([1, 2, 3].map(() => create("venue", organization, { latitude: 1, longitude: 1 })));
  const [first] = venues;
  const [{ location_id }] = await sql<[{ location_id: string }]>`
    select location_id from public.resources where id = ${first!.id}`;
  const moves = Array.from({ length: 150 }, (_, nth) => {
    const { id } = venues[nth % 3]!;
    const at = { latitude: nth % 90, longitude: nth };
    return codeOf([
      () => update("venue", id, { ...at, games_at_once: 1 + nth % 5 }),
      () => update("venue", id, { location_id, name: `Hall ${nth}` }),
      () => as(sql, owner, (tx) => tx`select public.update_resource(${id}, ${sql.json({ name: `Resource ${nth}` })})`),
      () => as(sql, owner, (tx) => tx`select public.update_location(${location_id}, ${sql.json(at)})`),
    ][nth % 4]!());
  });
  only(await Promise.all(moves), "ok");
  const wrong = await sql`
    select from public.venues v join public.resources r using (id) left join public.locations l on l.id = r.location_id
    where (v.name, v.games_at_once, v.latitude, v.longitude) is distinct from (r.name, r.capacity, l.latitude, l.longitude)`;
  assert.equal(wrong.length, 0, "what is copied is what the resource and its location say");
});
