/**
 * A schedule as a matrix of teams x slots. A cell is -1 (bye) or `opponent * 2 + (at home ? 1 : 0)`. Every write is
 * logged, so that a move is applied, judged and either kept or undone, and nothing is ever copied.
 */
import type { Problem } from "./problem.ts";

/** The code of a slot in which a team does not play. */
export const BYE = -1;

export class State {
  readonly teams: number;
  readonly slots: number;
  /** cells[team * slots + slot]. */
  readonly cells: Int16Array;
  /** Cells written since the last {@link keep} or {@link undo}; each at most once. */
  readonly touched: Int32Array;
  /** What those cells held before. */
  readonly before: Int16Array;
  size = 0;

  constructor(readonly problem: Problem) {
    this.teams = problem.teams;
    this.slots = problem.slots;
    this.cells = new Int16Array(this.teams * this.slots).fill(BYE);
    this.touched = new Int32Array(this.cells.length);
    this.before = new Int16Array(this.cells.length);
  }

  /** Writes a cell within a move. A move writes a cell at most once. */
  write(cell: number, code: number): void {
    const before = this.cells[cell]!;
    if (before === code) return;
    this.touched[this.size] = cell;
    this.before[this.size++] = before;
    this.cells[cell] = code;
  }

  /** Puts a game (both cells) into a slot, outside any move. */
  place(home: number, away: number, slot: number): void {
    this.cells[home * this.slots + slot] = away * 2 + 1;
    this.cells[away * this.slots + slot] = home * 2;
  }

  keep(): void {
    this.size = 0;
  }

  undo(): void {
    const { cells, touched, before } = this;
    for (let k = this.size - 1; k >= 0; k--) cells[touched[k]!] = before[k]!;
    this.size = 0;
  }

  /** Takes over the cells of another schedule of the same league; evaluators must be reset afterwards. */
  load(cells: Int16Array): void {
    this.cells.set(cells);
    this.size = 0;
  }

  /** The slot in which `team` has `code` (opponent and side), or -1. */
  slotOfCode(team: number, code: number): number {
    const { cells, slots } = this;
    const from = team * slots;
    for (let slot = 0; slot < slots; slot++) if (cells[from + slot] === code) return slot;
    return -1;
  }

  /** Every game as [home, away, slot], in the order of slots. */
  games(): { home: number; away: number; slot: number }[] {
    const games = [];
    for (let slot = 0; slot < this.slots; slot++) {
      for (let home = 0; home < this.teams; home++) {
        const code = this.cells[home * this.slots + slot]!;
        if (code >= 0 && (code & 1) === 1) games.push({ home, away: code >> 1, slot });
      }
    }
    return games;
  }
}
