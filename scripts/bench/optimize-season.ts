import type { Sql } from "postgres";
import type { LeagueDocument } from "../../shared/scheduling/document.ts";
import { callAsService } from "../../tests/sagas/sql-backend.ts";

const idOf = (document: unknown) => (document as { id: string }).id;

/** What an office writes about 16 teams: 30 constraints. */
function rulesOf(teams: readonly string[]) {
  const rule = (type: string, params: object, hard: boolean, weight = 1) => ({ type, params, hard, weight });
  const weekend = (n: number) => ({ rounds: [2 * n + 1, 2 * n + 2] });
  return [
    rule("consecutive_games", { side: "away", maximum: 3 }, true),
    rule("consecutive_games", { side: "home", maximum: 3 }, true),
    rule("consecutive_games", { side: "away", maximum: 2 }, false, 5),
    rule("consecutive_games", { side: "home", maximum: 2 }, false, 5),
    rule("streak_count", { side: "away", length: 2, maximum: 3 }, false, 2),
    rule("road_share", { of: 5, maximum: 3 }, false, 3),
    rule("rematch_separation", { minimum_days: 14 }, true),
    rule("travel_distance", { maximum_per_team: 9_000, unit: 100 }, false),
    rule("monthly_balance", { maximum_difference: 2 }, false, 3),
    rule("home_gap", { maximum_rounds: 3 }, false, 4),
    ...teams.slice(0, 10).map((team, n) =>
      rule("forbidden_game", { between: [team, teams[n + 5]], when: weekend(n % 8) }, true)
    ),
    ...teams.slice(0, 8).map((team, n) =>
      rule("home_games", { teams: [team], side: "home", minimum: 1, when: weekend(n) }, false, 10)
    ),
    rule("shared_venue", { teams: [teams[0], teams[1]] }, false, 20),
    rule("shared_venue", { teams: [teams[2], teams[3]] }, false, 20),
  ];
}

/** A season of 16 teams that play 18 games each in 18 rounds, under 30 constraints; its schedule's id. */
export async function newSeason(sql: Sql): Promise<{ organizationId: string; scheduleId: string }> {
  const slug = `bench-${crypto.randomUUID().slice(0, 8)}`;
  const [organization] = await sql`
    insert into public.organizations (name, slug, kind, time_zone) values ('Bench', ${slug}, 'athletics', 'UTC') returning id`;
  const organization_id = organization!.id as string;
  const sport_id = idOf(await callAsService(sql, "create_sport", { organization_id, sport: { name: "Basketball" } }));
  const teams: string[] = [];
  for (let n = 0; n < 16; n++) {
    const place = { latitude: 30 + (n * 7) % 17, longitude: -115 + (n * 5) % 37, time_zone: "America/Chicago" };
    const venue = { name: `Arena ${n}`, spectators: 12_000, ...place };
    const venue_id = idOf(await callAsService(sql, "create_venue", { organization_id, venue }));
    const team = { name: `Team ${n}`, code: `T${String(n).padStart(2, "0")}`, venue_id };
    teams.push(idOf(await callAsService(sql, "create_team", { sport_id, team })));
  }
  const season = { name: "2029", starts_on: "2029-01-01", ends_on: "2029-12-31" };
  const season_id = idOf(await callAsService(sql, "create_season", { sport_id, season }));
  const schedule = {
    name: "Season",
    format: "partial_round_robin",
    games_per_team: 18,
    rounds: { from: "2029-01-03", until: "2029-03-31", weekdays: [3, 6], count: 18, starts: "19:00" },
  };
  const schedule_id = idOf(await callAsService(sql, "create_schedule", { season_id, schedule }));
  for (const rule of rulesOf(teams)) await callAsService(sql, "add_schedule_constraint", { schedule_id, rule });
  return { organizationId: organization_id, scheduleId: schedule_id };
}

export async function leagueDocument(sql: Sql, schedule_id: string): Promise<LeagueDocument> {
  const read = await callAsService(sql, "read_league", { schedule_id });
  return (read as { league: LeagueDocument }).league;
}
