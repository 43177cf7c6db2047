import { emptyRow, readRow, type TeamRow } from "../constraints/team-row.ts";
import { eachTrip, seasonMiles } from "../constraints/trips.ts";
import type { State } from "../engine/state.ts";
import type { Season } from "../season.ts";
import type { TeamReport } from "./types.ts";

/** The games of each team in a state, in order. */
export const rowsOf = (season: Season, state: State): TeamRow[] =>
  Array.from(
    { length: season.teams },
    (_, team) => readRow(emptyRow(season, team), state.cells, team * season.slots),
  );

function longestTrip(season: Season, row: TeamRow): TeamReport["longestTrip"] {
  let longest: TeamReport["longestTrip"];
  eachTrip(season, row, {}, (first, last, miles) => {
    if (longest && longest.miles >= miles) return;
    const [from, to] = [row.slot[first]!, row.slot[last]!];
    longest = {
      miles,
      days: season.days[to]! - season.days[from]! + 1,
      games: last - first + 1,
      rounds: [season.roundNumber(from), season.roundNumber(to)],
    };
  });
  return longest;
}

function streak(row: TeamRow, home: number): number {
  let [longest, run] = [0, 0];
  for (let game = 0; game < row.games; game++) {
    run = row.home[game] === home ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Days without a game between each two games. */
export const restsOf = (season: Season, row: TeamRow): number[] =>
  Array.from(
    { length: Math.max(0, row.games - 1) },
    (_, game) => season.days[row.slot[game + 1]!]! - season.days[row.slot[game]!]! - 1,
  );

/** Games on the same side as the one before. */
export function breaksOf(row: TeamRow): number {
  let breaks = 0;
  for (let game = 1; game < row.games; game++) if (row.home[game] === row.home[game - 1]) breaks++;
  return breaks;
}

/** One team's season in figures. */
export function teamReport(season: Season, row: TeamRow): TeamReport {
  const home = row.home.subarray(0, row.games).reduce((sum, at) => sum + at, 0);
  const rests = restsOf(season, row);
  const trip = longestTrip(season, row);
  return {
    team: season.league.teams[row.team]!.id,
    games: row.games,
    home,
    away: row.games - home,
    byes: season.slots - row.games,
    miles: seasonMiles(season, row, {}),
    ...(trip ? { longestTrip: trip } : {}),
    breaks: breaksOf(row),
    longestHomeStand: streak(row, 1),
    longestRoadTrip: streak(row, 0),
    ...(season.dated && rests.length
      ? {
        rest: {
          least: Math.min(...rests),
          mean: rests.reduce((sum, rest) => sum + rest, 0) / rests.length,
          most: Math.max(...rests),
        },
      }
      : {}),
  };
}
