/** Terms compiled to flat tables: one-sided counters behind inverted indexes, and lists for the rest. */
import { priceOf } from "./packed.ts";
import { gameCell, type Problem } from "./problem.ts";
import { type Sparse, sparse } from "./sparse.ts";
import type {
  Cells,
  FairnessTerm,
  GroupTerm,
  PairTerm,
  RowTerm,
  SeparationTerm,
  Term,
  TravelTerm,
  WindowTerm,
} from "./terms.ts";
import { compileWindows, widest, type WindowTables } from "./windows.ts";

export interface Tables {
  /** A counter costs price x max(0, value); it starts at -max (or at +min, and counts down). */
  readonly initial: Int32Array;
  readonly price: Float64Array;
  /** Game cell -> counters that go up, and those that go down, when the game is added. */
  readonly gameUp: Sparse;
  readonly gameDown: Sparse;
  /** Side cell -> counters. */
  readonly sideUp: Sparse;
  readonly sideDown: Sparse;
  /** Whether a counter counts both games and sides: then neither alone says what it will cost. */
  readonly mixed: boolean;
  /** Side cell of a break -> counters. */
  readonly breakUp: Sparse;
  readonly breakDown: Sparse;
  readonly windows: WindowTables;
  readonly fairness: readonly FairnessTerm[];
  /** Unordered pair (a * teams + b, a < b) -> indexes of `pairTerms`. */
  readonly pairs: Sparse;
  readonly pairTerms: readonly (PairTerm | SeparationTerm)[];
  /** 1 hard phase fault costs this; 0 where there are no phases. */
  readonly phasePrice: number;
  /** Team -> indexes of `rowTerms`. */
  readonly rows: Sparse;
  readonly rowTerms: readonly (RowTerm | TravelTerm)[];
  /** Team -> indexes of `groupTerms`. */
  readonly groups: Sparse;
  readonly groupTerms: readonly GroupTerm[];
}

/** Collects counters and their index entries. */
class Counters {
  readonly initial: number[] = [];
  readonly price: number[] = [];
  readonly entries = {
    gameUp: lists(),
    gameDown: lists(),
    sideUp: lists(),
    sideDown: lists(),
    breakUp: lists(),
    breakDown: lists(),
  };

  add(price: number, min: number, max: number, cells: { games?: Cells; sides?: Cells }): void {
    const all = (cells.games?.length ?? 0) + (cells.sides?.length ?? 0);
    if (price === 0) return;
    if (max < all) this.#one(price, -max, cells, this.entries.gameUp, this.entries.sideUp);
    if (min > 0) this.#one(price, min, cells, this.entries.gameDown, this.entries.sideDown);
  }

  breaks(price: number, min: number, max: number, sides: Cells): void {
    const { breakUp, breakDown } = this.entries;
    if (price === 0) return;
    if (max < sides.length) this.#one(price, -max, { sides }, breakUp, breakUp);
    if (min > 0) this.#one(price, min, { sides }, breakDown, breakDown);
  }

  #one(
    price: number,
    initial: number,
    cells: { games?: Cells; sides?: Cells },
    games: Lists,
    sides: Lists,
  ): void {
    const id = this.initial.push(initial) - 1;
    this.price.push(price);
    for (const cell of cells.games ?? []) push(games, cell, id);
    for (const cell of cells.sides ?? []) push(sides, cell, id);
  }
}

interface Lists {
  keys: number[];
  values: number[];
}

function lists(): Lists {
  return { keys: [], values: [] };
}

function push(to: Lists, key: number, value: number): void {
  to.keys.push(key);
  to.values.push(value);
}

/** A window that is too long for the tables becomes one counter a run. */
function windowAsCounters(problem: Problem, term: WindowTerm, counters: Counters): void {
  for (let start = 0; start + term.length <= problem.slots; start++) {
    const games: number[] = [];
    for (let slot = start; slot < start + term.length; slot++) {
      for (let code = 0; code < 2 * problem.teams; code++) {
        if (!term.matches[code] || code >> 1 === term.team) continue;
        const other = code >> 1;
        games.push(
          code & 1 ? gameCell(problem, term.team, other, slot) : gameCell(problem, other, term.team, slot),
        );
      }
    }
    counters.add(priceOf(term), term.min ?? 0, term.max ?? Infinity, { games });
  }
}

function pairKeys(teams: number, term: PairTerm | SeparationTerm): number[] {
  if (term.kind === "pair") {
    return [Math.min(term.first, term.second) * teams + Math.max(term.first, term.second)];
  }
  return term.teams.flatMap((a) => term.teams.filter((b) => a < b).map((b) => a * teams + b));
}

/** Compiles the terms of a problem; terms without weight are left out. */
export function compileTables(problem: Problem): Tables {
  const { teams, slots } = problem;
  const terms = problem.terms.filter((term) => term.weight > 0);
  const of = <K extends Term["kind"]>(kind: K) =>
    terms.filter((term): term is Extract<Term, { kind: K }> => term.kind === kind);
  const counters = new Counters();
  for (const term of of("count")) counters.add(priceOf(term), term.min ?? 0, term.max ?? Infinity, term);
  for (const term of of("breaks")) counters.breaks(priceOf(term), term.min ?? 0, term.max, term.breaks);
  for (const term of of("window")) if (term.length > widest) windowAsCounters(problem, term, counters);

  const pairTerms = [...of("separation"), ...of("pair")];
  const pairs = lists();
  pairTerms.forEach((term, at) => pairKeys(teams, term).forEach((key) => push(pairs, key, at)));
  const rowTerms = [...of("row"), ...of("travel")];
  const rows = lists();
  rowTerms.forEach((term, at) =>
    (term.kind === "row" ? [term.team] : term.teams).forEach((team) => push(rows, team, at))
  );
  const groupTerms = of("group"), groups = lists();
  groupTerms.forEach((term, at) => term.teams.forEach((team) => push(groups, team, at)));
  const games = teams * teams * slots, sides = teams * slots * 2;
  const index = (size: number, { keys, values }: Lists) => sparse(size, keys, values);
  return {
    initial: Int32Array.from(counters.initial),
    price: Float64Array.from(counters.price),
    gameUp: index(games, counters.entries.gameUp),
    gameDown: index(games, counters.entries.gameDown),
    sideUp: index(sides, counters.entries.sideUp),
    sideDown: index(sides, counters.entries.sideDown),
    mixed: of("count").some(({ games, sides }) => games?.length && sides?.length),
    breakUp: index(sides, counters.entries.breakUp),
    breakDown: index(sides, counters.entries.breakDown),
    windows: compileWindows(problem, of("window").filter((term) => term.length <= widest)),
    fairness: of("fairness"),
    pairs: index(teams * teams, pairs),
    pairTerms,
    phasePrice: of("phase").reduce((sum, term) => sum + priceOf(term), 0),
    rows: index(teams, rows),
    rowTerms,
    groups: index(teams, groups),
    groupTerms,
  };
}
