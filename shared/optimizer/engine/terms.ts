/**
 * Terms: what the search understands of a constraint. A constraint compiles to one or more terms; the penalty of a term
 * is weight x deviation, both whole numbers, and hard and soft penalties are summed apart.
 */

/** Indexes of cells. */
export type Cells = readonly number[] | Int32Array;

/** What every term says about itself. */
interface TermBase {
  /** Which constraint it came from: index into the caller's list of constraints; -1 for what the format itself asks. */
  readonly constraint: number;
  /** Penalty for one unit of deviation: a whole number of at least 0. */
  readonly weight: number;
  readonly hard: boolean;
}

/**
 * How many of the given cells are in the schedule: deviation max(0, count - max) + max(0, min - count).
 * A cell that is listed twice counts twice.
 */
export interface CountTerm extends TermBase {
  readonly kind: "count";
  /** Games in rounds: `gameCell(problem, home, away, slot)`. */
  readonly games?: Cells;
  /** Teams at home or away in rounds, whoever the opponent: `sideCell(problem, team, slot, home)`. */
  readonly sides?: Cells;
  readonly min?: number;
  readonly max?: number;
}

/** Counts the games of one team that match within every run of `length` slots; the deviations of the runs are summed. */
export interface WindowTerm extends TermBase {
  readonly kind: "window";
  readonly team: number;
  /** One entry an opponent and side, `opponent * 2 + (the team is at home ? 1 : 0)`: 1 where the game counts. */
  readonly matches: Uint8Array;
  /** Slots in a run. */
  readonly length: number;
  readonly min?: number;
  readonly max?: number;
}

/** Counts breaks (two slots in a row on the same side): deviation max(0, count - max) + max(0, min - count). */
export interface BreaksTerm extends TermBase {
  readonly kind: "breaks";
  /** `sideCell(problem, team, slot, home)` of the second of the two slots. */
  readonly breaks: Cells;
  readonly min?: number;
  readonly max: number;
}

/** Sums over pairs of teams how far the greatest difference of games played (at home) after a slot exceeds `max`. */
export interface FairnessTerm extends TermBase {
  readonly kind: "fairness";
  readonly teams: readonly number[];
  /** After which slots the home games are compared. */
  readonly slots: readonly number[];
  readonly max: number;
  /** Which games count; home when left out. */
  readonly side?: "home" | "away" | "any";
}

/** Slots between consecutive games of a pair: at least `min`, at most `max`, summed over the pairs among `teams`. */
export interface SeparationTerm extends TermBase {
  readonly kind: "separation";
  readonly teams: readonly number[];
  readonly min?: number;
  readonly max?: number;
}

/** The distance the teams travel, starting and ending at home: deviation = miles over `max` (default 0), per team. */
export interface TravelTerm extends TermBase {
  readonly kind: "travel";
  readonly teams: readonly number[];
  readonly max?: number;
}

/**
 * Any function of one team's row, recomputed when the row changes. `row(cells, from)` reads the slots' codes at
 * cells[from + slot] (see state.ts) and answers the deviation, a whole number. Calls with the same `reading` are about
 * the same row with the same content, so that terms of a team may share what they read; without one nothing is known.
 */
export interface RowTerm extends TermBase {
  readonly kind: "row";
  readonly team: number;
  readonly row: (cells: Int16Array, from: number, reading?: number) => number;
}

/** Any function of the rows of several teams together, recomputed when one of them changes; `group` reads all cells. */
export interface GroupTerm extends TermBase {
  readonly kind: "group";
  readonly teams: readonly number[];
  readonly group: (cells: Int16Array) => number;
}

/**
 * Any function of when two teams meet, recomputed when one of their games changes. `meetings[k]` for k < count is
 * `slot * 2 + (first is at home ? 1 : 0)`, in the order of slots; the answer is the deviation, a whole number.
 */
export interface PairTerm extends TermBase {
  readonly kind: "pair";
  readonly first: number;
  readonly second: number;
  readonly pair: (meetings: Int16Array, count: number) => number;
}

/** Double round robins in phases: deviation = pairs that meet twice in one half. */
export interface PhaseTerm extends TermBase {
  readonly kind: "phase";
}

export type Term =
  | CountTerm
  | WindowTerm
  | BreaksTerm
  | FairnessTerm
  | SeparationTerm
  | TravelTerm
  | RowTerm
  | GroupTerm
  | PairTerm
  | PhaseTerm;
