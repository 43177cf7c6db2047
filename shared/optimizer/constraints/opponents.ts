/** Games of teams against other teams in some rounds: what CA2, CA4 and GA1 count. */
import { gameCell } from "../engine/problem.ts";
import type { State } from "../engine/state.ts";
import type { LeagueIndex } from "./definition.ts";
import { includes, type Mode } from "./robinx.ts";

/** Cells of the games that `teams` play at home, away or either way against `others` in `slots`; each once. */
export function cellsAgainst(
  league: LeagueIndex,
  teams: readonly number[],
  others: readonly number[],
  slots: readonly number[],
  mode: Mode,
): number[] {
  const cells = new Set<number>();
  for (const team of teams) {
    for (const other of others) {
      if (team === other) continue;
      for (const slot of slots) {
        if (includes(mode, true)) cells.add(gameCell(league, team, other, slot));
        if (includes(mode, false)) cells.add(gameCell(league, other, team, slot));
      }
    }
  }
  return [...cells];
}

/** How many of the cells are games of the schedule. */
export function gamesIn(state: State, cells: readonly number[]): number {
  const wanted = new Set(cells);
  return state.games().filter(({ home, away, slot }) => wanted.has(gameCell(state, home, away, slot))).length;
}
