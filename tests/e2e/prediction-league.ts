import { answerOf } from "../../shared/db/answer.ts";
import type { Json } from "../../shared/db/types.ts";
import { newUser, secretWord, type User } from "./fixture.ts";

const idOf = (document: Json) => (document as { id: string }).id;
/** What comes to the four teams' games. */
export const sizes = [9_000, 6_000, 4_000, 2_500];

export interface League {
  owner: User;
  sport: string;
  teams: string[];
}

/** An organization with four teams, each at an arena that holds a tenth more than usually come. */
export async function newLeague(): Promise<League> {
  const owner = await newUser();
  const { client } = owner;
  const organization_id = idOf(
    await answerOf(client.rpc("create_organization", {
      name: `${secretWord} Conference`,
      slug: `league-${crypto.randomUUID().slice(0, 8)}`,
      kind: "conference",
      time_zone: "America/Chicago",
    })),
  );
  const sport = idOf(await answerOf(client.rpc("create_sport", { organization_id, sport: { name: "Basketball" } })));
  const teams: string[] = [];
  for (const [place, size] of sizes.entries()) {
    const venue = {
      name: `Arena ${place}`,
      time_zone: "America/Chicago",
      latitude: 40,
      longitude: -90 - place,
      spectators: Math.round(size * 1.1),
    };
    const venue_id = idOf(await answerOf(client.rpc("create_venue", { organization_id, venue })));
    const team = { name: `Team ${place}`, code: `T${place}`, venue_id, time_zone: "America/Chicago" };
    teams.push(idOf(await answerOf(client.rpc("create_team", { sport_id: sport, team }))));
  }
  return { owner, sport, teams };
}

export interface Row {
  id: string;
  plays_on: string;
  home_team_id: string;
  away_team_id: string;
}

const dayOf = (year: number, nth: number) => new Date(Date.UTC(year, 0, 4 + nth * 4)).toISOString().slice(0, 10);

/** A season in which each pair meets twice at each side: 24 games, every fourth day. */
export async function newSeason(
  { owner: { client }, sport, teams }: League,
  year: number,
): Promise<{ season: string; schedule: string; games: Row[] }> {
  const season = idOf(
    await answerOf(client.rpc("create_season", {
      sport_id: sport,
      season: { name: String(year), starts_on: `${year}-01-01`, ends_on: `${year}-12-31` },
    })),
  );
  const pairs = [0, 1].flatMap(() =>
    teams.flatMap((home) => teams.filter((away) => away !== home).map((away) => [home, away]))
  );
  const games = pairs.map(([home_team_id, away_team_id], nth) => ({
    ...{ home_team_id, away_team_id },
    plays_on: dayOf(year, nth),
    starts: "19:00",
  }));
  const schedule = idOf(
    await answerOf(
      client.rpc("create_schedule", { season_id: season, schedule: { name: `${year}`, format: "custom" } }),
    ),
  );
  await answerOf(client.rpc("put_games", { schedule_id: schedule, games }));
  const rows = await answerOf(
    client.from("games").select("id, plays_on, home_team_id, away_team_id").eq("schedule_id", schedule).order(
      "plays_on",
    ),
  );
  return { season, schedule, games: rows };
}

/** Crowds that depend on host and visitor alone. */
export async function play({ owner: { client }, teams }: League, games: readonly Row[]): Promise<void> {
  for (const { id, home_team_id, away_team_id } of games) {
    const [host, visitor] = [teams.indexOf(home_team_id), teams.indexOf(away_team_id)];
    const attendance = Math.round(sizes[host]! * (1.06 - 0.04 * visitor));
    await answerOf(
      client.rpc("record_result", { game_id: id, home_score: 80 - host, away_score: 79 - visitor, attendance }),
    );
  }
}
