/** Counters, windows and breaks of a schedule: what most constraints come down to, and where the search spends its time. */
import type { State } from "./state.ts";
import type { Tables } from "./tables.ts";
import { WindowBits } from "./windows.ts";

export class Counts {
  /** Side of each cell as it was last counted: -1 bye, 0 away, 1 home. */
  readonly side: Int8Array;
  readonly #value: Int32Array;
  readonly #bits: WindowBits;
  readonly #teamOf: Int16Array;
  readonly #slotOf: Int16Array;
  readonly #windows: boolean;
  readonly #down: boolean;
  readonly #sides: boolean;
  readonly #breaks: boolean;

  constructor(readonly state: State, readonly tables: Tables) {
    const { slots, cells } = state;
    this.side = new Int8Array(cells.length);
    this.#value = new Int32Array(tables.initial.length);
    this.#bits = new WindowBits(tables.windows, slots);
    this.#teamOf = Int16Array.from(cells, (_, cell) => Math.floor(cell / slots));
    this.#slotOf = Int16Array.from(cells, (_, cell) => cell % slots);
    this.#windows = tables.windows.games.values.length > 0;
    this.#down = tables.gameDown.values.length > 0;
    this.#sides = tables.sideUp.values.length + tables.sideDown.values.length + tables.windows.sides.values.length > 0;
    this.#breaks = tables.breakUp.values.length + tables.breakDown.values.length > 0;
  }

  /** Counts the state's cells anew and answers their packed penalty. */
  reset(): number {
    const { state, tables } = this;
    this.#value.set(tables.initial);
    this.#bits.clear();
    this.side.fill(-1);
    let sum = tables.windows.floor;
    tables.initial.forEach((value, counter) => sum += Math.max(0, value) * tables.price[counter]!);
    state.size = 0;
    state.cells.forEach((code, cell) => {
      if (code < 0) return;
      state.touched[state.size] = cell;
      state.before[state.size++] = -1;
    });
    sum += this.change();
    state.keep();
    return sum;
  }

  /** Counts the move that the state holds; answers the change of the packed penalty. */
  change(): number {
    return this.#removed() + this.#added() + this.#turned();
  }

  /** Games that are gone from their slot. */
  #removed(): number {
    const { touched, before, teams, slots, size } = this.state;
    const { start, values } = this.tables.gameUp;
    const price = this.tables.price, value = this.#value, teamOf = this.#teamOf, slotOf = this.#slotOf;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const code = before[k]!;
      if (code < 0 || (code & 1) === 0) continue;
      const cell = touched[k]!, pair = teamOf[cell]! * teams + (code >> 1), slot = slotOf[cell]!;
      const game = pair * slots + slot;
      for (let at = start[game]!, end = start[game + 1]!; at < end; at++) {
        const counter = values[at]!;
        if (value[counter]!-- > 0) sum -= price[counter]!;
      }
      if (this.#down) sum += this.#raise(this.tables.gameDown.start, this.tables.gameDown.values, game);
      if (this.#windows) sum += this.#flip(pair, slot);
    }
    return sum;
  }

  /** Games that are new in their slot. */
  #added(): number {
    const { touched, cells, teams, slots, size } = this.state;
    const { start, values } = this.tables.gameUp;
    const price = this.tables.price, value = this.#value, teamOf = this.#teamOf, slotOf = this.#slotOf;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const cell = touched[k]!, code = cells[cell]!;
      if (code < 0 || (code & 1) === 0) continue;
      const pair = teamOf[cell]! * teams + (code >> 1), slot = slotOf[cell]!;
      const game = pair * slots + slot;
      for (let at = start[game]!, end = start[game + 1]!; at < end; at++) {
        const counter = values[at]!;
        if (value[counter]!++ >= 0) sum += price[counter]!;
      }
      if (this.#down) sum += this.#lower(this.tables.gameDown.start, this.tables.gameDown.values, game);
      if (this.#windows) sum += this.#flip(pair, slot);
    }
    return sum;
  }

  /** Cells whose side is another one. */
  #turned(): number {
    const { touched, cells, size } = this.state, side = this.side;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const cell = touched[k]!, code = cells[cell]!, was = side[cell]!, is = code < 0 ? -1 : code & 1;
      if (was === is) continue;
      if (this.#breaks) sum += this.#turnBreaks(cell, was, is);
      side[cell] = is;
      if (this.#sides) sum += this.#turnSide(cell, was, is);
    }
    return sum;
  }

  #turnSide(cell: number, was: number, is: number): number {
    const { sideUp, sideDown } = this.tables;
    const team = this.#teamOf[cell]!, slot = this.#slotOf[cell]!;
    let sum = 0;
    if (was >= 0) {
      sum += this.#lower(sideUp.start, sideUp.values, cell * 2 + was);
      sum += this.#raise(sideDown.start, sideDown.values, cell * 2 + was);
      sum += this.#flipSide(team * 2 + was, slot);
    }
    if (is >= 0) {
      sum += this.#raise(sideUp.start, sideUp.values, cell * 2 + is);
      sum += this.#lower(sideDown.start, sideDown.values, cell * 2 + is);
      sum += this.#flipSide(team * 2 + is, slot);
    }
    return sum;
  }

  /** Breaks of the cell and of the one after it, before `side` is written. */
  #turnBreaks(cell: number, was: number, is: number): number {
    const side = this.side;
    const slot = this.#slotOf[cell]!;
    const last = slot === 0 ? -2 : side[cell - 1]!, next = slot === this.state.slots - 1 ? -2 : side[cell + 1]!;
    let sum = 0;
    if (was >= 0) {
      if (last === was) sum += this.#countBreak(cell * 2 + was, false);
      if (next === was) sum += this.#countBreak(cell * 2 + 2 + was, false);
    }
    if (is >= 0) {
      if (last === is) sum += this.#countBreak(cell * 2 + is, true);
      if (next === is) sum += this.#countBreak(cell * 2 + 2 + is, true);
    }
    return sum;
  }

  #countBreak(key: number, more: boolean): number {
    const { breakUp: up, breakDown: down } = this.tables;
    return more
      ? this.#raise(up.start, up.values, key) + this.#lower(down.start, down.values, key)
      : this.#lower(up.start, up.values, key) + this.#raise(down.start, down.values, key);
  }

  #raise(start: Int32Array, values: Int32Array, key: number): number {
    const value = this.#value, price = this.tables.price;
    let sum = 0;
    for (let at = start[key]!, end = start[key + 1]!; at < end; at++) {
      const counter = values[at]!;
      if (value[counter]!++ >= 0) sum += price[counter]!;
    }
    return sum;
  }

  #lower(start: Int32Array, values: Int32Array, key: number): number {
    const value = this.#value, price = this.tables.price;
    let sum = 0;
    for (let at = start[key]!, end = start[key + 1]!; at < end; at++) {
      const counter = values[at]!;
      if (value[counter]!-- > 0) sum -= price[counter]!;
    }
    return sum;
  }

  #flip(pair: number, slot: number): number {
    const { start, values } = this.tables.windows.games;
    const from = start[pair]!, to = start[pair + 1]!;
    return from === to ? 0 : this.#bits.flipAll(values, from, to, slot);
  }

  #flipSide(key: number, slot: number): number {
    const { start, values } = this.tables.windows.sides;
    const from = start[key]!, to = start[key + 1]!;
    return from === to ? 0 : this.#bits.flipAll(values, from, to, slot);
  }

  /** Takes back {@link change}: the same steps the other way round. Called before the state is undone. */
  undo(): void {
    const { state } = this;
    this.#restoreGames(state.before, 1);
    this.#restoreGames(state.cells, -1);
    this.#restoreSides();
  }

  #restoreGames(codes: Int16Array, step: number): void {
    const { touched, teams, slots, size, cells } = this.state;
    const { gameUp, gameDown, windows } = this.tables;
    const { start, values } = gameUp;
    const value = this.#value, teamOf = this.#teamOf, slotOf = this.#slotOf, now = codes === cells;
    for (let k = 0; k < size; k++) {
      const cell = touched[k]!, code = now ? codes[cell]! : codes[k]!;
      if (code < 0 || (code & 1) === 0) continue;
      const pair = teamOf[cell]! * teams + (code >> 1), slot = slotOf[cell]!, game = pair * slots + slot;
      for (let at = start[game]!, end = start[game + 1]!; at < end; at++) value[values[at]!]! += step;
      if (this.#down) this.#step(gameDown.start, gameDown.values, game, -step);
      if (this.#windows) {
        this.#bits.restore(windows.games.values, windows.games.start[pair]!, windows.games.start[pair + 1]!, slot);
      }
    }
  }

  #restoreSides(): void {
    const { touched, before, size } = this.state, side = this.side;
    for (let k = size - 1; k >= 0; k--) {
      const cell = touched[k]!, code = before[k]!, was = side[cell]!, is = code < 0 ? -1 : code & 1;
      if (was === is) continue;
      if (this.#breaks) this.#turnBreaks(cell, was, is);
      side[cell] = is;
      if (this.#sides) this.#turnSide(cell, was, is);
    }
  }

  #step(start: Int32Array, values: Int32Array, key: number, by: number): void {
    const value = this.#value;
    for (let at = start[key]!, end = start[key + 1]!; at < end; at++) value[values[at]!]! += by;
  }
}
