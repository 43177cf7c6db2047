/**
 * Sliding windows as bits. A row holds one bit a slot (does the game match?); what one more or one less bit costs
 * depends on the bits within a window's reach and is read from a table.
 */
import type { Problem } from "./problem.ts";
import { type Sparse, sparse } from "./sparse.ts";
import { priceOf } from "./packed.ts";
import { outside } from "./plain.ts";
import type { WindowTerm } from "./terms.ts";

/** Longest window that has a table (2 x widest - 1 bits of index). */
export const widest = 7;

/** Bits before slot 0 and after the last slot, always 0. */
const margin = 16;

export interface WindowTables {
  readonly rows: number;
  /** Words of a row; word q holds bits 16 q .. 16 q + 31, so that any 17 bits are read from one word. */
  readonly words: number;
  /** Price of one unit of deviation of a row, packed. */
  readonly price: Float64Array;
  /** Where in `reach` and `table` a row's shape begins: shape * slots. */
  readonly shape: Int32Array;
  /** shape * slots + slot -> where the slot's part of `gains` begins. */
  readonly table: Int32Array;
  /** shape -> length - 1. */
  readonly reach: Int32Array;
  /** What setting the middle bit adds to the deviation, by the bits around it (the middle one 0). */
  readonly gains: Int8Array;
  /** home * teams + away -> rows whose bit is set by that game. */
  readonly games: Sparse;
  /** team * 2 + (home ? 1 : 0) -> rows whose bit is set by the side alone. */
  readonly sides: Sparse;
  /** Packed penalty of rows without any bit. */
  readonly floor: number;
  /** Whether one more bit never costs less: no row has a minimum. */
  readonly rising: boolean;
}

/** What setting bit `length - 1` of `bits` adds, where windows begin between bit `first` and bit `last`. */
function gain(bits: number, length: number, first: number, last: number, min?: number, max?: number): number {
  let sum = 0;
  for (let start = first; start <= last; start++) {
    let count = 0;
    for (let bit = start; bit < start + length; bit++) count += bits >> bit & 1;
    sum += outside(count + 1, min, max) - outside(count, min, max);
  }
  return sum;
}

interface Shape {
  length: number;
  min?: number;
  max?: number;
}

/** Tables of one shape: where each slot's part begins, appended to `gains`. */
function shapeTable(slots: number, { length, min, max }: Shape, gains: number[]): number[] {
  const seen = new Map<string, number>();
  return Array.from({ length: slots }, (_, slot) => {
    const first = Math.max(0, length - 1 - slot);
    const last = Math.min(length - 1, slots - length - slot + length - 1);
    const key = `${first} ${last}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const at = gains.length;
    const middle = 1 << length - 1;
    for (let bits = 0; bits < 1 << 2 * length - 1; bits++) {
      gains.push(bits & middle ? 0 : gain(bits, length, first, last, min, max));
    }
    seen.set(key, at);
    return at;
  });
}

/** Whether the side alone decides: every opponent matches at home, or away, or none does. */
function bySide(problem: Problem, term: WindowTerm): boolean {
  return [0, 1].every((side) => {
    const codes = Array.from({ length: problem.teams }, (_, other) => other).filter((other) => other !== term.team)
      .map((other) => term.matches[other * 2 + side] ? 1 : 0);
    return codes.every((code) => code === codes[0]);
  });
}

export function compileWindows(problem: Problem, terms: readonly WindowTerm[]): WindowTables {
  const { teams, slots } = problem;
  const shapes = new Map<string, number>();
  const table: number[] = [], reach: number[] = [], gains: number[] = [];
  const games = { key: [] as number[], row: [] as number[] }, sides = { key: [] as number[], row: [] as number[] };
  const shapeOf = terms.map((term, row) => {
    const name = `${term.length} ${term.min} ${term.max}`;
    if (!shapes.has(name)) {
      shapes.set(name, reach.push(term.length - 1) - 1);
      table.push(...shapeTable(slots, term, gains));
    }
    const bySides = bySide(problem, term);
    for (let code = 0; code < 2 * teams; code++) {
      const other = code >> 1, home = code & 1;
      if (!term.matches[code] || other === term.team) continue;
      if (!bySides) {
        games.key.push(home ? term.team * teams + other : other * teams + term.team);
        games.row.push(row);
      } else if (other === (term.team === 0 ? 1 : 0)) {
        sides.key.push(term.team * 2 + home);
        sides.row.push(row);
      }
    }
    return shapes.get(name)!;
  });
  return {
    rows: terms.length,
    words: (slots + 2 * margin >> 4) + 1,
    price: Float64Array.from(terms, priceOf),
    shape: Int32Array.from(shapeOf),
    table: Int32Array.from(table),
    reach: Int32Array.from(reach),
    gains: Int8Array.from(gains),
    games: sparse(teams * teams, games.key, games.row),
    sides: sparse(teams * 2, sides.key, sides.row),
    floor: terms.reduce((sum, term) => sum + priceOf(term) * (slots - term.length + 1) * (term.min ?? 0), 0),
    rising: terms.every((term) => !term.min),
  };
}

/** The bits of all rows, and what changing one costs. */
export class WindowBits {
  readonly #bits: Int32Array;
  readonly #words: number;
  readonly #price: Float64Array;
  readonly #gains: Int8Array;
  /** Row -> its reach, and where the tables of its slots begin. */
  readonly #reach: Int32Array;
  readonly #table: Int32Array;
  readonly #tables: Int32Array;

  constructor(tables: WindowTables, slots: number) {
    this.#bits = new Int32Array(tables.rows * tables.words);
    this.#words = tables.words;
    this.#price = tables.price;
    this.#gains = tables.gains;
    this.#reach = Int32Array.from(tables.shape, (shape) => tables.reach[shape]!);
    this.#table = Int32Array.from(tables.shape, (shape) => shape * slots);
    this.#tables = tables.table;
  }

  clear(): void {
    this.#bits.fill(0);
  }

  /** Flips the bits of `slot` of the rows list[from .. to]; answers the change of the packed penalty. */
  flip(list: Int32Array, from: number, to: number, slot: number): number {
    const bits = this.#bits, words = this.#words, gains = this.#gains, price = this.#price;
    const reach = this.#reach, table = this.#table, tables = this.#tables;
    const at = slot + margin, chunk = at >> 4, low = 1 << (at & 15), high = low << 16;
    let sum = 0;
    for (let k = from; k < to; k++) {
      const row = list[k]!, word = row * words, span = reach[row]!, start = at - span, middle = 1 << span;
      const around = bits[word + (start >> 4)]! >>> (start & 15) & (2 * middle * middle - 1 | 0);
      const more = gains[tables[table[row]! + slot]! + (around & ~middle)]!;
      if (more !== 0) sum += around & middle ? -more * price[row]! : more * price[row]!;
      bits[word + chunk]! ^= low;
      bits[word + chunk - 1]! ^= high;
    }
    return sum;
  }

  /** Flips the same bits without asking for the price. */
  restore(list: Int32Array, from: number, to: number, slot: number): void {
    const bits = this.#bits, words = this.#words;
    const at = slot + margin, chunk = at >> 4, low = 1 << (at & 15), high = low << 16;
    for (let k = from; k < to; k++) {
      const word = list[k]! * words + chunk;
      bits[word]! ^= low;
      bits[word - 1]! ^= high;
    }
  }
}
