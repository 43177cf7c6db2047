import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { type Clinic, makeClinic, slotAt } from "../../scripts/bench/clinic.ts";
import { as, codeOf, nativeTest } from "./server.ts";

const clients = 8;
const rounds = [3, 4, 5, 6, 7, 8];
const plan = {
  customers: clients,
  resources: [{ name: "Arena", kind: "room" as const }, { name: "Dome", kind: "room" as const, capacity: 2 }],
  services: [{ name: "Concert", all: ["Arena"] }, { name: "Fair", all: ["Arena", "Dome"] }],
};
const pick = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)]!;
const dayOf = (day: number) => slotAt(day, 0).toISOString().slice(0, 10);

async function command(sql: Sql, user: string, name: string, args: Record<string, unknown>) {
  const [row] = await as(sql, user, (tx) => {
    const list = Object.entries(args).map(([key, value]) => tx`${tx(key)} => ${value as string}`);
    const joined = list.reduce((before, next) => tx`${before}, ${next}`);
    return tx<{ answer: { id: string } }[]>`select ${tx.unsafe(`public.${name}`)}(${joined}) as answer`;
  });
  return row!.answer;
}

/** A schedule of four teams of a sport of its own: each round one game in the arena and one in the dome. */
async function makeSchedule(sql: Sql, { owner, organization, resources }: Clinic, name: string, starts: string) {
  const run = (what: string, args: Record<string, unknown>) => command(sql, owner, what, args);
  const sport = await run("create_sport", { organization_id: organization, sport: { name, game_minutes: 120 } });
  const season = await run("create_season", {
    sport_id: sport.id,
    season: { name, starts_on: dayOf(0), ends_on: dayOf(300) },
  });
  const teams: string[] = [];
  for (const nth of [1, 2, 3, 4]) {
    const team = { name: `${name} ${nth}`, code: `${name}${nth}`, time_zone: "UTC" };
    teams.push((await run("create_team", { sport_id: sport.id, team })).id);
  }
  const schedule = await run("create_schedule", {
    season_id: season.id,
    schedule: { name, format: "custom", rounds: rounds.map((day) => ({ plays_on: dayOf(day), starts })) },
  });
  const games = rounds.flatMap((_, index) => [
    { home_team_id: teams[0], away_team_id: teams[1], round: index + 1, venue_id: resources.Arena },
    { home_team_id: teams[2], away_team_id: teams[3], round: index + 1, venue_id: resources.Dome },
  ]);
  await run("put_games", { schedule_id: schedule.id, games });
  return schedule.id;
}

async function makeHouse(sql: Sql) {
  const clinic = await makeClinic(sql, plan);
  await sql`update public.resources set kind = 'venue' where kind = 'room'`;
  await sql`insert into public.venues (id, organization_id, name) select id, organization_id, name from public.resources where kind = 'venue'`;
  const schedules: string[] = [];
  for (const [nth, starts] of ["10:00", "11:00", "14:00", "15:00"].entries()) {
    schedules.push(await makeSchedule(sql, clinic, `S${nth}`, starts));
  }
  const games = await sql<
    { id: string; schedule_id: string; round: number }[]
  >`select id, schedule_id, round from public.games`;
  return { clinic, schedules, games };
}

/** Claims of games are those of the games that are published and to be played, each once, and no seat is taken twice. */
async function assertConsistent(sql: Sql): Promise<void> {
  const [found] = await sql<[{ wrong: number; overlaps: number; unbooked: number }]>`
    with needed as (
      select g.id as owner_id, r as resource_id, tstzrange(g.starts_at, g.ends_at) as during
      from public.games g, unnest(array[g.home_team_id, g.away_team_id, g.venue_id]) r
      where g.published and g.status = 'scheduled')
    select
      (select count(*)::int from needed n full join (select * from calendar.claims where kind = 'game') c using (owner_id, resource_id, during)
        where n.owner_id is null or c.owner_id is null or c.kind is null) as wrong,
      (select count(*)::int from calendar.claims a join calendar.claims b
        on b.resource_id = a.resource_id and b.seat = a.seat and b.during && a.during and (b.owner_id, b.during) > (a.owner_id, a.during)) as overlaps,
      (select count(*)::int from public.appointments a where a.status = 'booked'
        and (select count(*) from calendar.claims c where c.owner_id = a.id) <> cardinality(a.resource_ids)) as unbooked`;
  assert.deepEqual(found, { wrong: 0, overlaps: 0, unbooked: 0 });
}

const expected = new Set([
  "ok",
  "cannot_publish",
  "schedule_published",
  "schedule_not_published",
  "slot_taken",
  "slot_not_offered",
  "series_conflicts",
  "game_does_not_fit",
  "invalid_transition",
  "game_closed",
]);

nativeTest(
  "schedules that share arenas, bookings, series and moves at once: exactly consistent, no deadlock",
  async (sql) => {
    const { clinic, schedules, games } = await makeHouse(sql);
    const { owner, services } = clinic;
    const run = (what: string, args: Record<string, unknown>) => command(sql, owner, what, args);
    const at = (day: number) => slotAt(day, Math.floor(Math.random() * 16)).toISOString();
    const actions = [
      () => run("publish_schedule", { schedule_id: pick(schedules) }),
      () => run("publish_schedule", { schedule_id: pick(schedules) }),
      () => run("unpublish_schedule", { schedule_id: pick(schedules) }),
      () => run("update_game", { game_id: pick(games).id, changes: { round: pick([1, 2, 3, 4, 5, 6]) } }),
      () =>
        run("update_game", {
          game_id: pick(games).id,
          changes: { starts: pick(["09:30", "10:30", "13:00", "15:30"]) },
        }),
      () => run("postpone_game", { game_id: pick(games).id }),
      () => run("reinstate_game", { game_id: pick(games).id }),
      () => {
        const schedule_id = pick(schedules);
        const turned = games.filter((game) => game.schedule_id === schedule_id)
          .map(({ id, round }) => ({ id, round: 7 - round }));
        return run("put_games", { schedule_id, games: turned });
      },
    ];
    const tally: Record<string, number> = {};
    await Promise.all(clinic.customers.map(async (customer, nth) => {
      const book = () =>
        command(sql, customer, "book_appointment", {
          service_id: services[pick(["Concert", "Fair"])],
          starts_at: at(pick(rounds)),
        });
      const series = () =>
        command(sql, customer, "book_series", {
          service_id: services.Concert,
          rule: "FREQ=DAILY;COUNT=3",
          time_zone: "UTC",
          occurrences: [3, 4, 5].map((day) => slotAt(day, nth).toISOString()),
        });
      for (let turn = 0; turn < 40; turn++) {
        const code = await codeOf(pick([...actions, book, book, series])());
        tally[code] = (tally[code] ?? 0) + 1;
      }
    }));
    assert.deepEqual(Object.keys(tally).filter((code) => !expected.has(code)), []);
    assert.ok(tally.ok! > 50);
    await assertConsistent(sql);
  },
  20,
);

nativeTest(
  "of eight who publish schedules that want one arena one does, and of eight who publish one schedule one does",
  async (sql) => {
    const { clinic, schedules } = await makeHouse(sql);
    for (let turn = 0; turn < 10; turn++) {
      const outcomes = await Promise.all(
        Array.from(
          { length: clients },
          (_, nth) => codeOf(command(sql, clinic.owner, "publish_schedule", { schedule_id: schedules[nth % 2] })),
        ),
      );
      const won = outcomes.filter((code) => code === "ok").length;
      assert.equal(won, 1, outcomes.join(" "));
      assert.ok(
        outcomes.every((code) => ["ok", "cannot_publish", "schedule_published"].includes(code)),
        outcomes.join(" "),
      );
      await assertConsistent(sql);
      for (const schedule_id of schedules.slice(0, 2)) {
        await codeOf(command(sql, clinic.owner, "unpublish_schedule", { schedule_id }));
      }
    }
  },
  20,
);
