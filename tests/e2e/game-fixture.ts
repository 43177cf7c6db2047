import assert from "node:assert/strict";
import { Game } from "../../supabase/functions/scheduling/games/schemas.ts";
import { asUser, callScheduling as call, type User } from "./fixture.ts";
import { newLeague, newSchedule } from "./league-fixture.ts";

type League = Awaited<ReturnType<typeof newLeague>>;

/** The first three rounds of a league of four: each pair once. */
export const threeRounds = ({ teams }: League) =>
  [[0, 1, 1], [2, 3, 1], [0, 2, 2], [3, 1, 2], [3, 0, 3], [1, 2, 3]].map(([home, away, round]) => ({
    home_team_id: teams[home!]!.id,
    away_team_id: teams[away!]!.id,
    round,
  }));

export async function addGame(
  manager: User,
  { teams }: League,
  schedule: { id: string },
  home: number,
  away: number,
  round: number,
) {
  const game = { home_team_id: teams[home]!.id, away_team_id: teams[away]!.id, round };
  const { status, body, text } = await call("POST", `/schedules/${schedule.id}/games`, asUser(manager), game);
  assert.equal(status, 201, text);
  return Game.parse(body);
}

/** A draft with the first three rounds. */
export async function draftOfGames(manager: User, league: League) {
  const schedule = await newSchedule(manager, league.season.id);
  const games = threeRounds(league);
  const { status, text } = await call("PUT", `/schedules/${schedule.id}/games`, asUser(manager), { games });
  assert.equal(status, 200, text);
  return schedule;
}
