/** Which side each team is on in each slot: breaks, and counters and windows that do not ask for the opponent. */
import type { State } from "./state.ts";
import type { Tables } from "./tables.ts";
import type { WindowBits } from "./windows.ts";

export class Sides {
  /** Side of each cell as it was last counted: -1 bye, 0 away, 1 home. */
  readonly #side: Int8Array;
  readonly #teamOf: Int16Array;
  readonly #slotOf: Int16Array;
  readonly #counters: boolean;
  readonly #breaks: boolean;
  readonly #breaksDown: boolean;
  readonly #windows: boolean;
  /** Cells that the move turned. */
  readonly #turned: Int32Array;
  readonly #was: Int8Array;
  #turns = 0;

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
    this.#counters = tables.sideUp.values.length + tables.sideDown.values.length > 0;
    this.#breaks = tables.breakUp.values.length > 0;
    this.#breaksDown = tables.breakDown.values.length > 0;
    this.#windows = tables.windows.sides.values.length > 0;
    this.#turned = new Int32Array(cells.length);
    this.#was = new Int8Array(cells.length);
  }

  clear(): void {
    this.#side.fill(-1);
  }

  /** Counts the cells whose side is another one; answers the change of the packed penalty. */
  change(): number {
    const { touched, cells, size } = this.state, side = this.#side;
    let sum = 0, turns = 0;
    for (let k = 0; k < size; k++) {
      const cell = touched[k]!, code = cells[cell]!, was = side[cell]!, is = code < 0 ? -1 : code & 1;
      if (was === is) continue;
      this.#turned[turns] = cell;
      this.#was[turns++] = was;
      sum += this.#turn(cell, was, is);
    }
    this.#turns = turns;
    return sum;
  }

  /** Takes back {@link change}. */
  undo(): void {
    const side = this.#side;
    for (let k = this.#turns - 1; k >= 0; k--) {
      const cell = this.#turned[k]!;
      this.#turn(cell, side[cell]!, this.#was[k]!);
    }
    this.#turns = 0;
  }

  #turn(cell: number, was: number, is: number): number {
    let sum = 0;
    if (this.#breaks || this.#breaksDown) sum += this.#turnBreaks(cell, was, is);
    this.#side[cell] = is;
    if (this.#counters) sum += this.#turnCounters(cell, was, is);
    if (this.#windows) {
      const { start, values } = this.tables.windows.sides, key = this.#teamOf[cell]! * 2, slot = this.#slotOf[cell]!;
      if (was >= 0) sum += this.bits.flip(values, start[key + was]!, start[key + was + 1]!, slot);
      if (is >= 0) sum += this.bits.flip(values, start[key + is]!, start[key + is + 1]!, slot);
    }
    return sum;
  }

  #turnCounters(cell: number, was: number, is: number): number {
    const { sideUp, sideDown } = this.tables;
    let sum = 0;
    if (was >= 0) {
      sum += this.#lower(sideUp.start, sideUp.values, cell * 2 + was);
      sum += this.#raise(sideDown.start, sideDown.values, cell * 2 + was);
    }
    if (is >= 0) {
      sum += this.#raise(sideUp.start, sideUp.values, cell * 2 + is);
      sum += this.#lower(sideDown.start, sideDown.values, cell * 2 + is);
    }
    return sum;
  }

  /** Breaks of the cell and of the one after it, before its side is written. */
  #turnBreaks(cell: number, was: number, is: number): number {
    const side = this.#side, slot = this.#slotOf[cell]!, key = cell * 2;
    const last = slot === 0 ? -2 : side[cell - 1]!, next = slot === this.state.slots - 1 ? -2 : side[cell + 1]!;
    let sum = 0;
    if (was >= 0) {
      if (last === was) sum += this.#countBreak(key + was, false);
      if (next === was) sum += this.#countBreak(key + 2 + was, false);
    }
    if (is >= 0) {
      if (last === is) sum += this.#countBreak(key + is, true);
      if (next === is) sum += this.#countBreak(key + 2 + is, true);
    }
    return sum;
  }

  #countBreak(key: number, more: boolean): number {
    const { breakUp: up, breakDown: down } = this.tables;
    let sum = more ? this.#raise(up.start, up.values, key) : this.#lower(up.start, up.values, key);
    if (this.#breaksDown) {
      sum += more ? this.#lower(down.start, down.values, key) : this.#raise(down.start, down.values, key);
    }
    return sum;
  }

  #raise(start: Int32Array, values: Int32Array, key: number): number {
    const value = this.value, price = this.tables.price;
    let sum = 0;
    for (let at = start[key]!, end = start[key + 1]!; at < end; at++) {
      const counter = values[at]!;
      if (value[counter]!++ >= 0) sum += price[counter]!;
    }
    return sum;
  }

  #lower(start: Int32Array, values: Int32Array, key: number): number {
    const value = this.value, price = this.tables.price;
    let sum = 0;
    for (let at = start[key]!, end = start[key + 1]!; at < end; at++) {
      const counter = values[at]!;
      if (value[counter]!-- > 0) sum -= price[counter]!;
    }
    return sum;
  }
}
