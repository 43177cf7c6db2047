/** One fairness term: the greatest differences of its pairs of teams, kept up to date over the slots that a move touches. */
import { priceOf } from "./packed.ts";
import { countsFor } from "./plain.ts";
import type { State } from "./state.ts";
import type { FairnessTerm } from "./terms.ts";

export class Balance {
  readonly #price: number;
  readonly #max: number;
  /** 1 for the sides (away, home) that count. */
  readonly #side: Uint8Array;
  /** The place of each team in the term, or -1. */
  readonly #place: Int32Array;
  /** Index of the first compared slot from each slot on. */
  readonly #column: Int32Array;
  /** Number of teams and of compared slots. */
  readonly #count: number;
  readonly #length: number;
  /** Games played after each compared slot, at [place * length + column], the evaluated move included. */
  readonly #played: Int16Array;
  /** Greatest difference of each pair [a * count + b], a < b; up to `max` only a bound. */
  readonly #most: Int16Array;
  /** Sum of deviations over the pairs of a place. */
  readonly #sum: Int32Array;
  /** Places whose games the move changes, and the columns from and to which. */
  readonly #turned: Int32Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #stamp: Int32Array;
  /** Pairs whose greatest difference the move changes, and what it was. */
  readonly #pairs: Int32Array;
  readonly #before: Int16Array;
  #turns = 0;
  #size = 0;
  #time = 0;
  #applied = false;

  constructor(readonly state: State, readonly term: FairnessTerm) {
    const { teams, slots } = state, count = term.teams.length;
    const compared = new Set(term.slots);
    this.#price = priceOf(term);
    this.#max = term.max;
    this.#side = Uint8Array.of(Number(countsFor(term, 0)), Number(countsFor(term, 1)));
    this.#place = new Int32Array(teams).fill(-1);
    term.teams.forEach((team, place) => this.#place[team] = place);
    this.#count = count;
    this.#length = compared.size;
    let column = compared.size;
    this.#column = new Int32Array(slots);
    for (let slot = slots - 1; slot >= 0; slot--) this.#column[slot] = compared.has(slot) ? --column : column;
    this.#played = new Int16Array(count * this.#length);
    this.#most = new Int16Array(count * count);
    this.#sum = new Int32Array(count);
    this.#turned = new Int32Array(count);
    this.#from = new Int32Array(count);
    this.#to = new Int32Array(count);
    this.#stamp = new Int32Array(count);
    this.#pairs = new Int32Array(count * count);
    this.#before = new Int16Array(count * count);
  }

  reset(): number {
    const { state, term } = this, count = this.#count, length = this.#length;
    this.#turns = this.#size = 0;
    this.#applied = false;
    this.#played.fill(0);
    this.#sum.fill(0);
    for (let place = 0; place < count; place++) {
      for (let slot = 0; slot < state.slots; slot++) {
        const code = state.cells[term.teams[place]! * state.slots + slot]!;
        if (code >= 0 && this.#side[code & 1]) this.#shift(place, this.#column[slot]!, 1);
      }
    }
    let total = 0;
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++) {
        const most = this.#gap(a, b, 0, length);
        this.#most[a * count + b] = most;
        const excess = Math.max(0, most - this.#max);
        this.#sum[a]! += excess;
        this.#sum[b]! += excess;
        total += excess;
      }
    }
    return total * this.#price;
  }

  /** Finds the teams that the move changes; answers the least change it can make. */
  bound(): number {
    const { touched, before, cells, size, slots } = this.state, side = this.#side, stamp = this.#stamp;
    const time = ++this.#time;
    let turns = 0, most = 0;
    for (let k = 0; k < size; k++) {
      const cell = touched[k]!, was = before[k]!, is = cells[cell]!;
      if ((was < 0 ? 0 : side[was & 1]) === (is < 0 ? 0 : side[is & 1])) continue;
      const place = this.#place[Math.floor(cell / slots)]!;
      if (place < 0 || stamp[place] === time) continue;
      stamp[place] = time;
      this.#turned[turns++] = place;
      most += this.#sum[place]!;
    }
    this.#turns = turns;
    return -most * this.#price;
  }

  /** Change by the move; {@link bound} was called for it. */
  change(): number {
    const count = this.#count, turned = this.#turned, max = this.#max, most = this.#most;
    if (this.#turns === 0) return 0;
    this.#apply(1);
    this.#applied = true;
    const from = this.#from, to = this.#to, stamp = this.#stamp, time = this.#time;
    let total = 0, size = 0;
    for (let k = 0; k < this.#turns; k++) {
      const place = turned[k]!, first = from[place]!, last = to[place]!;
      for (let other = 0; other < count; other++) {
        const both = stamp[other] === time;
        if (other === place || (both && other < place)) continue;
        const pair = place < other ? place * count + other : other * count + place, was = most[pair]!;
        // Outside the columns that change the difference is at most what it was.
        let gap = both
          ? this.#gap(place, other, Math.min(first, from[other]!), Math.max(last, to[other]!))
          : this.#gap(place, other, first, last);
        if (gap < was) {
          if (was <= max) continue;
          gap = this.#gap(place, other, 0, this.#length);
        }
        if (gap === was) continue;
        total += Math.max(0, gap - max) - Math.max(0, was - max);
        this.#pairs[size] = pair;
        this.#before[size++] = was;
        most[pair] = gap;
      }
    }
    this.#size = size;
    return total * this.#price;
  }

  keep(): void {
    const count = this.#count, max = this.#max;
    if (this.#turns > 0 && !this.#applied) throw new Error("a move is kept before its fairness is known");
    for (let k = 0; k < this.#size; k++) {
      const pair = this.#pairs[k]!;
      const more = Math.max(0, this.#most[pair]! - max) - Math.max(0, this.#before[k]! - max);
      if (more === 0) continue;
      this.#sum[Math.floor(pair / count)]! += more;
      this.#sum[pair % count]! += more;
    }
    this.#turns = this.#size = 0;
    this.#applied = false;
  }

  /** Called before the state is undone. */
  undo(): void {
    if (this.#applied) {
      for (let k = 0; k < this.#size; k++) this.#most[this.#pairs[k]!] = this.#before[k]!;
      this.#apply(-1);
    }
    this.#turns = this.#size = 0;
    this.#applied = false;
  }

  /** Adds (or takes back) the move's changes to the games played, and notes the columns they reach. */
  #apply(sign: number): void {
    const { touched, before, cells, size, slots } = this.state, side = this.#side, length = this.#length;
    for (let k = 0; k < this.#turns; k++) {
      this.#from[this.#turned[k]!] = length;
      this.#to[this.#turned[k]!] = 0;
    }
    for (let k = 0; k < size; k++) {
      const cell = touched[k]!, was = before[k]!, is = cells[cell]!;
      const step = (is < 0 ? 0 : side[is & 1]!) - (was < 0 ? 0 : side[was & 1]!);
      if (step === 0) continue;
      const team = Math.floor(cell / slots), place = this.#place[team]!;
      if (place < 0) continue;
      const column = this.#column[cell - team * slots]!;
      if (column < this.#from[place]!) this.#from[place] = column;
      if (column > this.#to[place]!) this.#to[place] = column;
      this.#shift(place, column, step * sign);
    }
    if (sign > 0) this.#trim();
  }

  /** A team that plays as often after its last change as before keeps its columns from there on. */
  #trim(): void {
    if (this.state.problem.compact) return;
    for (let k = 0; k < this.#turns; k++) this.#to[this.#turned[k]!] = this.#length;
  }

  #shift(place: number, column: number, by: number): void {
    const played = this.#played, end = (place + 1) * this.#length;
    for (let at = place * this.#length + column; at < end; at++) played[at]! += by;
  }

  /** Greatest difference of two places over some columns. */
  #gap(a: number, b: number, first: number, last: number): number {
    const played = this.#played, length = this.#length, shift = (b - a) * length;
    let most = 0;
    for (let at = a * length + first, end = a * length + last; at < end; at++) {
      const gap = Math.abs(played[at]! - played[at + shift]!);
      if (gap > most) most = gap;
    }
    return most;
  }
}
