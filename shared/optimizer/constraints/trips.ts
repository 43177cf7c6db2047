import type { Season } from "../season.ts";
import { legMiles, placeOf, type TeamRow } from "./team-row.ts";

/** When a team on the road goes home between two away games. */
export interface TripRules {
  home_after_days?: number;
}

const daysTo = (season: Season, row: TeamRow, game: number): number =>
  season.days[row.slot[game + 1]!]! - season.days[row.slot[game]!]!;

/** Whether the team is at home after its game `game` and before the next. */
export function isHomeAfter(season: Season, row: TeamRow, game: number, rules: TripRules): boolean {
  return row.home[game] === 1 || game + 1 >= row.games || row.home[game + 1] === 1 ||
    (rules.home_after_days !== undefined && daysTo(season, row, game) >= rules.home_after_days);
}

/** Miles of the leg from game `game` (-1: from home) to the next one, by home where the rules say so. */
export function milesAfter(season: Season, row: TeamRow, game: number, rules: TripRules): number {
  const { teams, miles: ways } = season;
  if (game < 0 || game + 1 >= row.games || row.home[game] || row.home[game + 1]) return legMiles(season, row, game);
  if (!isHomeAfter(season, row, game, rules)) return legMiles(season, row, game);
  return ways[placeOf(row, game) * teams + row.team]! + ways[row.team * teams + placeOf(row, game + 1)]!;
}

/** Miles of a team in the season, from home to home. */
export function seasonMiles(season: Season, row: TeamRow, rules: TripRules): number {
  let total = 0;
  for (let game = -1; game < row.games; game++) total += milesAfter(season, row, game, rules);
  return total;
}

/** Calls back for each trip: its first and last game, and its miles there, between and back. */
export function eachTrip(
  season: Season,
  row: TeamRow,
  rules: TripRules,
  visit: (first: number, last: number, miles: number) => void,
): void {
  const { teams, miles: ways } = season;
  for (let first = 0; first < row.games; first++) {
    if (row.home[first]) continue;
    let last = first;
    let miles = ways[row.team * teams + row.opponent[first]!]!;
    while (!isHomeAfter(season, row, last, rules)) miles += legMiles(season, row, last++);
    visit(first, last, miles + ways[row.opponent[last]! * teams + row.team]!);
    first = last;
  }
}
