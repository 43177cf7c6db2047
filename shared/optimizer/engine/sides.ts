/** Which side each team is on in each slot: breaks, and counters and windows that do not ask for the opponent. */
import { weigh } from "./packed.ts";
import type { Sparse } from "./sparse.ts";
import type { State } from "./state.ts";
import type { Tables } from "./tables.ts";
import type { WindowBits } from "./windows.ts";

export class Sides {
  /** Side of each cell as it was last counted: -1 bye, 0 away, 1 home. */
  readonly #side: Int8Array;
  readonly #teamOf: Int16Array;
  readonly #slotOf: Int16Array;
  readonly #hasBreaks: boolean;
  /** Whether breaks have a minimum. */
  readonly #hasDown: boolean;
  readonly #hasCounters: boolean;
  readonly #hasWindows: boolean;
  /** Cells that the move turned. */
  readonly #turned: Int32Array;
  readonly #was: Int8Array;
  #turns = 0;
  /** Side cells of the breaks that the move ends and begins, and which of both it does. */
  readonly #breaks: Int32Array;
  readonly #begins: Int8Array;
  #broken = 0;
  /** Whether the move's counters and windows are counted as well. */
  #countersCounted = false;
  #windowsCounted = false;

  /** `value` and `bits` are shared with the counts by game. */
  constructor(
    readonly state: State,
    readonly tables: Tables,
    readonly value: Int32Array,
    readonly bits: WindowBits,
  ) {
    const { slots, cells } = state;
    this.#side = new Int8Array(cells.length).fill(-1);
    this.#teamOf = Int16Array.from(cells, (_, cell) => Math.floor(cell / slots));
    this.#slotOf = Int16Array.from(cells, (_, cell) => cell % slots);
    this.#hasBreaks = tables.breakUp.values.length + tables.breakDown.values.length > 0;
    this.#hasDown = tables.breakDown.values.length > 0;
    this.#hasCounters = tables.sideUp.values.length + tables.sideDown.values.length > 0;
    this.#hasWindows = tables.windows.sides.values.length > 0;
    this.#turned = new Int32Array(cells.length);
    this.#was = new Int8Array(cells.length);
    this.#breaks = new Int32Array(4 * cells.length);
    this.#begins = new Int8Array(4 * cells.length);
  }

  clear(): void {
    this.#side.fill(-1);
  }

  /**
   * Counts the cells whose side is another one; answers the change of the packed penalty. The schedule costs `total`
   * now, and no part of it can fall by more: Infinity as soon as the move is sure to cost more than `limit`, a unit of
   * hard penalty costing `hardWeight`.
   */
  change(total: number, limit: number, hardWeight: number): number {
    this.#countersCounted = this.#windowsCounted = false;
    let sum = this.#turn();
    if (this.#turns === 0) return 0;
    if (isHopeless(sum, total, limit, hardWeight)) return Infinity;
    if (this.#hasCounters) {
      sum += this.#count(this.tables.sideUp, 1) + this.#count(this.tables.sideDown, -1);
      this.#countersCounted = true;
      if (!this.tables.mixed && isHopeless(sum, total, limit, hardWeight)) return Infinity;
    }
    if (!this.#hasWindows) return sum;
    this.#windowsCounted = true;
    sum += this.#flip();
    return !this.tables.mixed && isHopeless(sum, total, limit, hardWeight) ? Infinity : sum;
  }

  /** Takes back {@link change}. */
  undo(): void {
    const side = this.#side;
    if (this.#windowsCounted) this.#flipBack();
    if (this.#countersCounted) {
      this.#restore(this.tables.sideUp, 1);
      this.#restore(this.tables.sideDown, -1);
    }
    const { breakUp, breakDown } = this.tables;
    for (let k = 0; k < this.#broken; k++) {
      const key = this.#breaks[k]!, step = this.#begins[k]! ? -1 : 1;
      this.#step(breakUp, key, step);
      if (this.#hasDown) this.#step(breakDown, key, -step);
    }
    for (let k = 0; k < this.#turns; k++) side[this.#turned[k]!] = this.#was[k]!;
    this.#turns = this.#broken = 0;
    this.#countersCounted = this.#windowsCounted = false;
  }

  /** Writes the sides of the cells that the move turns, and counts breaks. */
  #turn(): number {
    const { touched, cells, size } = this.state, side = this.#side;
    let sum = 0, turns = 0;
    this.#broken = 0;
    for (let k = 0; k < size; k++) {
      const cell = touched[k]!, code = cells[cell]!, was = side[cell]!, is = code < 0 ? -1 : code & 1;
      if (was === is) continue;
      this.#turned[turns] = cell;
      this.#was[turns++] = was;
      if (this.#hasBreaks) sum += this.#turnBreaks(cell, was, is);
      side[cell] = is;
    }
    this.#turns = turns;
    return sum;
  }

  /** Breaks of the cell and of the one after it, before its side is written. */
  #turnBreaks(cell: number, was: number, is: number): number {
    const side = this.#side, slot = this.#slotOf[cell]!, key = cell * 2;
    const last = slot === 0 ? -2 : side[cell - 1]!, next = slot === this.state.slots - 1 ? -2 : side[cell + 1]!;
    let sum = 0;
    if (was >= 0) {
      if (last === was) sum += this.#countBreak(key + was, 0);
      if (next === was) sum += this.#countBreak(key + 2 + was, 0);
    }
    if (is >= 0) {
      if (last === is) sum += this.#countBreak(key + is, 1);
      if (next === is) sum += this.#countBreak(key + 2 + is, 1);
    }
    return sum;
  }

  #countBreak(key: number, begins: 0 | 1): number {
    const { breakUp: up, breakDown: down } = this.tables;
    this.#breaks[this.#broken] = key;
    this.#begins[this.#broken++] = begins;
    const sum = begins ? this.#raise(up, key) : this.#lower(up, key);
    return this.#hasDown ? sum + (begins ? this.#lower(down, key) : this.#raise(down, key)) : sum;
  }

  /** Counts the turned cells; `step` is what a cell that is on the side adds. */
  #count(list: Sparse, step: 1 | -1): number {
    const side = this.#side;
    let sum = 0;
    if (list.values.length === 0) return 0;
    for (let k = 0; k < this.#turns; k++) {
      const cell = this.#turned[k]!, was = this.#was[k]!, is = side[cell]!;
      if (was >= 0) sum += step > 0 ? this.#lower(list, cell * 2 + was) : this.#raise(list, cell * 2 + was);
      if (is >= 0) sum += step > 0 ? this.#raise(list, cell * 2 + is) : this.#lower(list, cell * 2 + is);
    }
    return sum;
  }

  #restore(list: Sparse, step: 1 | -1): void {
    const side = this.#side;
    if (list.values.length === 0) return;
    for (let k = 0; k < this.#turns; k++) {
      const cell = this.#turned[k]!, was = this.#was[k]!, is = side[cell]!;
      if (was >= 0) this.#step(list, cell * 2 + was, step);
      if (is >= 0) this.#step(list, cell * 2 + is, -step);
    }
  }

  #flip(): number {
    const { start, values } = this.tables.windows.sides, side = this.#side;
    let sum = 0;
    for (let k = 0; k < this.#turns; k++) {
      const cell = this.#turned[k]!, was = this.#was[k]!, is = side[cell]!;
      const key = this.#teamOf[cell]! * 2, slot = this.#slotOf[cell]!;
      if (was >= 0) sum += this.bits.flip(values, start[key + was]!, start[key + was + 1]!, slot);
      if (is >= 0) sum += this.bits.flip(values, start[key + is]!, start[key + is + 1]!, slot);
    }
    return sum;
  }

  #flipBack(): void {
    const { start, values } = this.tables.windows.sides, side = this.#side;
    for (let k = 0; k < this.#turns; k++) {
      const cell = this.#turned[k]!, was = this.#was[k]!, is = side[cell]!;
      const key = this.#teamOf[cell]! * 2, slot = this.#slotOf[cell]!;
      if (was >= 0) this.bits.restore(values, start[key + was]!, start[key + was + 1]!, slot);
      if (is >= 0) this.bits.restore(values, start[key + is]!, start[key + is + 1]!, slot);
    }
  }

  #raise({ start, values }: Sparse, key: number): number {
    const value = this.value, price = this.tables.price;
    let sum = 0;
    for (let at = start[key]!, end = start[key + 1]!; at < end; at++) {
      const counter = values[at]!;
      if (value[counter]!++ >= 0) sum += price[counter]!;
    }
    return sum;
  }

  #lower({ start, values }: Sparse, key: number): number {
    const value = this.value, price = this.tables.price;
    let sum = 0;
    for (let at = start[key]!, end = start[key + 1]!; at < end; at++) {
      const counter = values[at]!;
      if (value[counter]!-- > 0) sum -= price[counter]!;
    }
    return sum;
  }

  /** Moves counters without asking for the price. */
  #step({ start, values }: Sparse, key: number, step: number): void {
    const value = this.value;
    for (let at = start[key]!, end = start[key + 1]!; at < end; at++) value[values[at]!]! += step;
  }
}

/** Whether a part that costs `sum` more makes a move of a schedule that costs `total` cost more than `limit`. */
function isHopeless(sum: number, total: number, limit: number, hardWeight: number): boolean {
  return sum > 0 && weigh(sum - total, hardWeight) > limit;
}
