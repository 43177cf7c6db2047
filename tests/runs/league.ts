import type { Sql } from "postgres";
import type { LeagueDocument } from "../../shared/scheduling/document.ts";
import { callAsService } from "../sagas/sql-backend.ts";

const idOf = (document: unknown) => (document as { id: string }).id;

export interface Office {
  organizationId: string;
  seasonId: string;
}

/** An organization with a season and so many teams. */
export async function newOffice(sql: Sql, teams = 6): Promise<Office> {
  const slug = `office-${crypto.randomUUID().slice(0, 8)}`;
  const [organization] = await sql`
    insert into public.organizations (name, slug, kind, time_zone) values ('Office', ${slug}, 'athletics', 'UTC') returning id`;
  const organization_id = organization!.id as string;
  const sport_id = idOf(await callAsService(sql, "create_sport", { organization_id, sport: { name: "Basketball" } }));
  for (let n = 0; n < teams; n++) {
    const team = { name: `Team ${n}`, code: `T${String(n).padStart(2, "0")}`, time_zone: "UTC" };
    await callAsService(sql, "create_team", { sport_id, team });
  }
  const season = { name: "2029", starts_on: "2029-01-01", ends_on: "2029-12-31" };
  const seasonId = idOf(await callAsService(sql, "create_season", { sport_id, season }));
  return { organizationId: organization_id, seasonId };
}

/** A double round robin whose teams should not be away twice in a row; its id. */
export async function newSchedule(sql: Sql, { seasonId }: Office, rounds = 12): Promise<string> {
  const schedule = {
    name: crypto.randomUUID(),
    format: "double_round_robin",
    rounds: { from: "2029-01-06", every_days: 7, count: rounds, starts: "19:00" },
  };
  const schedule_id = idOf(await callAsService(sql, "create_schedule", { season_id: seasonId, schedule }));
  const rule = { type: "consecutive_games", params: { side: "away", maximum: 1 }, hard: false };
  await callAsService(sql, "add_schedule_constraint", { schedule_id, rule });
  return schedule_id;
}

export async function start(sql: Sql, schedule_id: string, evaluations: number, seed = 3): Promise<string> {
  return idOf(
    await callAsService(sql, "optimize_schedule", { schedule_id, evaluations, seed, started_from: "scratch" }),
  );
}

export async function leagueDocument(sql: Sql, schedule_id: string, number?: number): Promise<LeagueDocument> {
  const read = await callAsService(sql, "read_league", { schedule_id, number });
  return (read as { league: LeagueDocument }).league;
}

/** All leases of runs end. */
export const endLeases = (sql: Sql) =>
  sql`update scheduling.run_states set leased_until = now() - interval '1 second' where lease_token is not null`;
