/** Counters, windows and breaks of a schedule: what most constraints come down to, and where the search spends its time. */
import { HARD } from "./packed.ts";
import { Sides } from "./sides.ts";
import type { State } from "./state.ts";
import type { Tables } from "./tables.ts";
import { WindowBits } from "./windows.ts";

export class Counts {
  readonly #value: Int32Array;
  readonly #bits: WindowBits;
  readonly #sides: Sides;
  readonly #teamOf: Int16Array;
  readonly #slotOf: Int16Array;
  readonly #hasWindows: boolean;
  readonly #hasDown: boolean;
  /** Whether a game that is added can only cost more: then a move is given up as soon as it costs too much. */
  readonly #rising: boolean;
  /** Games that the move takes out of a slot, and those it puts in: home * teams + away, and the slot. */
  readonly #outPair: Int32Array;
  readonly #outSlot: Int32Array;
  readonly #inPair: Int32Array;
  readonly #inSlot: Int32Array;
  #out = 0;
  #in = 0;
  /** How many of the games put in are counted. */
  #counted = 0;

  constructor(readonly state: State, readonly tables: Tables) {
    const { slots, cells } = state;
    this.#value = new Int32Array(tables.initial.length);
    this.#bits = new WindowBits(tables.windows, slots);
    this.#teamOf = Int16Array.from(cells, (_, cell) => Math.floor(cell / slots));
    this.#slotOf = Int16Array.from(cells, (_, cell) => cell % slots);
    this.#sides = new Sides(state, tables, this.#value, this.#bits);
    this.#hasWindows = tables.windows.games.values.length > 0;
    this.#hasDown = tables.gameDown.values.length > 0;
    this.#rising = tables.windows.rising;
    this.#outPair = new Int32Array(cells.length);
    this.#outSlot = new Int32Array(cells.length);
    this.#inPair = new Int32Array(cells.length);
    this.#inSlot = new Int32Array(cells.length);
  }

  /** Counts the state's cells anew and answers their packed penalty. */
  reset(): number {
    const { state, tables } = this;
    this.#value.set(tables.initial);
    this.#bits.clear();
    this.#sides.clear();
    let sum = tables.windows.floor;
    tables.initial.forEach((value, counter) => sum += Math.max(0, value) * tables.price[counter]!);
    state.size = 0;
    state.cells.forEach((code, cell) => {
      if (code < 0) return;
      state.touched[state.size] = cell;
      state.before[state.size++] = -1;
    });
    sum += this.turn(0, Infinity, 0);
    this.list();
    sum += this.change(0, Infinity, 0);
    state.keep();
    return sum;
  }

  /** Counts what the move changes in who is at home, see {@link Sides.change}; {@link list} is next. */
  turn(total: number, limit: number, hardWeight: number): number {
    this.#out = this.#in = this.#counted = 0;
    return this.#sides.change(total, limit, hardWeight);
  }

  /** Lists the games that the state's move takes out and puts in. */
  list(): void {
    const { touched, before, cells, teams, size } = this.state, teamOf = this.#teamOf, slotOf = this.#slotOf;
    const outPair = this.#outPair, outSlot = this.#outSlot, inPair = this.#inPair, inSlot = this.#inSlot;
    let out = 0, into = 0;
    for (let k = 0; k < size; k++) {
      const cell = touched[k]!, was = before[k]!, is = cells[cell]!, team = teamOf[cell]! * teams;
      // A game is listed by its home side: written first, counted where the code says so (no branch to mispredict).
      outPair[out] = team + (was >> 1);
      outSlot[out] = slotOf[cell]!;
      out += was < 0 ? 0 : was & 1;
      inPair[into] = team + (is >> 1);
      inSlot[into] = slotOf[cell]!;
      into += is < 0 ? 0 : is & 1;
    }
    this.#out = out;
    this.#in = into;
  }

  /**
   * Counts the listed move, whose penalty has changed by `sum` so far; answers the change of the packed penalty, or
   * Infinity as soon as it is clear that the move costs more than `limit`, a unit of hard penalty costing `hardWeight`.
   */
  change(sum: number, limit: number, hardWeight: number): number {
    sum += this.#takeOut();
    if (this.#hasDown) sum += this.#countDown();
    return this.#putIn(sum, this.#rising ? limit : Infinity, hardWeight);
  }

  #takeOut(): number {
    const { slots } = this.state, { start, values } = this.tables.gameUp, { games } = this.tables.windows;
    const price = this.tables.price, value = this.#value, bits = this.#bits, hasWindows = this.#hasWindows;
    const pairs = this.#outPair, inSlots = this.#outSlot;
    let sum = 0;
    for (let k = 0, size = this.#out; k < size; k++) {
      const pair = pairs[k]!, slot = inSlots[k]!, game = pair * slots + slot;
      for (let at = start[game]!, end = start[game + 1]!; at < end; at++) {
        const counter = values[at]!;
        if (value[counter]!-- > 0) sum -= price[counter]!;
      }
      if (hasWindows) sum += bits.flip(games.values, games.start[pair]!, games.start[pair + 1]!, slot);
    }
    return sum;
  }

  #putIn(sum: number, limit: number, hardWeight: number): number {
    const { slots } = this.state, { start, values } = this.tables.gameUp, { games } = this.tables.windows;
    const price = this.tables.price, value = this.#value, bits = this.#bits, hasWindows = this.#hasWindows;
    const pairs = this.#inPair, inSlots = this.#inSlot;
    for (let k = 0, size = this.#in; k < size; k++) {
      const pair = pairs[k]!, slot = inSlots[k]!, game = pair * slots + slot, before = sum;
      for (let at = start[game]!, end = start[game + 1]!; at < end; at++) {
        const counter = values[at]!;
        if (value[counter]!++ >= 0) sum += price[counter]!;
      }
      if (hasWindows) sum += bits.flip(games.values, games.start[pair]!, games.start[pair + 1]!, slot);
      if (sum === before) continue;
      const hard = Math.round(sum / HARD);
      if (sum - hard * HARD + hard * hardWeight > limit) {
        this.#counted = k + 1;
        return Infinity;
      }
    }
    this.#counted = this.#in;
    return sum;
  }

  /** Counters with a minimum: they are few, and counted before the games that are put in. */
  #countDown(): number {
    const { slots } = this.state, { start, values } = this.tables.gameDown;
    const price = this.tables.price, value = this.#value;
    let sum = 0;
    for (let k = 0; k < this.#out; k++) {
      const game = this.#outPair[k]! * slots + this.#outSlot[k]!;
      for (let at = start[game]!; at < start[game + 1]!; at++) {
        const counter = values[at]!;
        if (value[counter]!++ >= 0) sum += price[counter]!;
      }
    }
    for (let k = 0; k < this.#in; k++) {
      const game = this.#inPair[k]! * slots + this.#inSlot[k]!;
      for (let at = start[game]!; at < start[game + 1]!; at++) {
        const counter = values[at]!;
        if (value[counter]!-- > 0) sum -= price[counter]!;
      }
    }
    return sum;
  }

  /** Takes back {@link change}. Called before the state is undone. */
  undo(): void {
    const { gameUp, gameDown } = this.tables;
    this.#restore(this.#outPair, this.#outSlot, this.#out, gameUp.start, gameUp.values, 1, this.#hasWindows);
    this.#restore(this.#inPair, this.#inSlot, this.#counted, gameUp.start, gameUp.values, -1, this.#hasWindows);
    if (this.#hasDown) {
      this.#restore(this.#outPair, this.#outSlot, this.#out, gameDown.start, gameDown.values, -1, false);
      this.#restore(this.#inPair, this.#inSlot, this.#in, gameDown.start, gameDown.values, 1, false);
    }
    this.#sides.undo();
  }

  #restore(
    pairs: Int32Array,
    inSlots: Int32Array,
    size: number,
    start: Int32Array,
    values: Int32Array,
    step: number,
    windows: boolean,
  ): void {
    const { slots } = this.state, { games } = this.tables.windows, value = this.#value, bits = this.#bits;
    for (let k = 0; k < size; k++) {
      const pair = pairs[k]!, slot = inSlots[k]!, game = pair * slots + slot;
      for (let at = start[game]!, end = start[game + 1]!; at < end; at++) value[values[at]!]! += step;
      if (windows) bits.restore(games.values, games.start[pair]!, games.start[pair + 1]!, slot);
    }
  }

  /** Writes the slots of the games that were put in: slotOf[home * teams + away]. */
  place(slotOf: Int16Array): void {
    if (!this.state.problem.compact) { for (let k = 0; k < this.#out; k++) slotOf[this.#outPair[k]!] = -1; }
    for (let k = 0; k < this.#in; k++) slotOf[this.#inPair[k]!] = this.#inSlot[k]!;
  }

  /** Takes {@link place} back. */
  displace(slotOf: Int16Array): void {
    if (!this.state.problem.compact) { for (let k = 0; k < this.#in; k++) slotOf[this.#inPair[k]!] = -1; }
    for (let k = 0; k < this.#out; k++) slotOf[this.#outPair[k]!] = this.#outSlot[k]!;
  }

  /** Games that the move puts in, and those it takes out, as home * teams + away; for each the callback. */
  eachGame(visit: (pair: number) => void): void {
    if (!this.state.problem.compact) { for (let k = 0; k < this.#out; k++) visit(this.#outPair[k]!); }
    for (let k = 0; k < this.#in; k++) visit(this.#inPair[k]!);
  }
}
