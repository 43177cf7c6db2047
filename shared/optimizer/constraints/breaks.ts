/** Breaks: two games in a row on the same side. What BR1 and BR2 count. */
import { sideCell } from "../engine/problem.ts";
import { isBreak } from "../engine/plain.ts";
import type { State } from "../engine/state.ts";
import type { LeagueIndex } from "./definition.ts";
import { includes, type Mode } from "./robinx.ts";

/** Cells in which a break of the teams would count. */
export function breakCells(
  league: LeagueIndex,
  teams: readonly number[],
  slots: readonly number[],
  mode: Mode,
): number[] {
  return teams.flatMap((team) =>
    slots.flatMap((slot) =>
      [true, false].filter((home) => includes(mode, home)).map((home) => sideCell(league, team, slot, home))
    )
  );
}

/** Breaks of the schedule among the cells: team and slot of each. */
export function breaksIn(state: State, cells: readonly number[]): { team: number; slot: number }[] {
  return cells
    .map((cell) => ({
      team: Math.floor((cell >> 1) / state.slots),
      slot: (cell >> 1) % state.slots,
      side: cell & 1,
    }))
    .filter(({ team, slot, side }) =>
      isBreak(state, team, slot) && (state.cells[team * state.slots + slot]! & 1) === side
    );
}
