/** The limits that a published season kept to, as constraints. */
import { compileLeague, type LeagueConstraint } from "../../shared/optimizer/league.ts";
import { emptyRow, readRow, type TeamRow } from "../../shared/optimizer/constraints/team-row.ts";
import { seasonMiles } from "../../shared/optimizer/constraints/trips.ts";
import { stateOf } from "../../shared/optimizer/placements.ts";
import type { Season } from "../../shared/optimizer/season.ts";
import { numbered, type Published } from "./season-data.ts";

/** Each team's games in order. */
export function rowsOf({ league, placements }: Published): { season: Season; rows: TeamRow[] } {
  const compiled = compileLeague(league);
  const { state } = stateOf(compiled, placements);
  const { season } = compiled;
  const rows = league.teams.map((_, team) => readRow(emptyRow(season, team), state.cells, team * season.slots));
  return { season, rows };
}

/** Miles of all teams, each straight from one away game to the next and never home in between. */
export function milesTravelled(published: Published): number {
  const { season, rows } = rowsOf(published);
  return rows.reduce((sum, row) => sum + seasonMiles(season, row, {}), 0);
}

function longestStreak(rows: readonly TeamRow[], home: number): number {
  let longest = 0;
  for (const row of rows) {
    let run = 0;
    for (let game = 0; game < row.games; game++) {
      longest = Math.max(longest, run = row.home[game] === home ? run + 1 : 0);
    }
  }
  return longest;
}

const isWeekend = (season: Season, slot: number) => [0, 6].includes(season.weekday(slot));

/** Days from one meeting of a pair to the next, the least of all; and from one game of a team to the next. */
function leastDays(season: Season, rows: readonly TeamRow[]): { rematch: number; rest: number } {
  let [rematch, rest] = [Infinity, Infinity];
  for (const row of rows) {
    const met = new Map<number, number>();
    for (let game = 0; game < row.games; game++) {
      const day = season.days[row.slot[game]!]!;
      const before = met.get(row.opponent[game]!);
      if (before !== undefined) rematch = Math.min(rematch, day - before);
      if (game > 0) rest = Math.min(rest, day - season.days[row.slot[game - 1]!]!);
      met.set(row.opponent[game]!, day);
    }
  }
  return { rematch, rest };
}

/** Home games on weekends of each team. */
function weekendGames({ season, rows }: { season: Season; rows: readonly TeamRow[] }): number[] {
  return rows.map((row) =>
    Array.from({ length: row.games }, (_, game) => game)
      .filter((game) => row.home[game] && isWeekend(season, row.slot[game]!)).length
  );
}

/**
 * What the season kept to, all hard: the longest home and away streaks, the fewest and most weekend home games of a team
 * (with `exact` each team's own number), the least days between games and before a rematch. Soft: every mile.
 */
export function publishedLimits(published: Published, exact = false): LeagueConstraint[] {
  const { season, rows } = rowsOf(published);
  const { rematch, rest } = leastDays(season, rows);
  const hard = (type: string, params: unknown) => ({ type, params, hard: true, weight: 1 });
  const counts = weekendGames({ season, rows });
  const when = { weekdays: ["saturday", "sunday"] };
  const range = { side: "home", minimum: Math.min(...counts), maximum: Math.max(...counts), when };
  const weekend = exact
    ? counts.map((count, team) => {
      const teams = [published.league.teams[team]!.id];
      return hard("home_games", { ...range, minimum: count, maximum: count, teams });
    })
    : [hard("home_games", range)];
  return numbered([
    hard("consecutive_games", { side: "home", maximum: longestStreak(rows, 1) }),
    hard("consecutive_games", { side: "away", maximum: longestStreak(rows, 0) }),
    hard("rest_days", { minimum: rest - 1 }),
    hard("rematch_separation", { minimum_days: rematch }),
    ...weekend,
    { type: "travel_distance", params: { unit: 1 }, hard: false, weight: 1, name: "every mile" },
  ]);
}
