/** How evenly home games are played: the greatest difference of each pair of teams over the season. */
import type { State } from "./state.ts";
import { priceOf } from "./packed.ts";
import { countsFor } from "./plain.ts";
import type { Tables } from "./tables.ts";
import type { FairnessTerm } from "./terms.ts";

/** One fairness term: greatest differences of its pairs, as kept and as the move makes them. */
class Balance {
  readonly #price: number;
  /** 1 for the sides (away, home) that count. */
  readonly #byCode: Uint8Array;
  /** The term's teams; the place of a team in it, or -1. */
  readonly #place: Int32Array;
  readonly #compared: Int32Array;
  /** Home games played after each compared slot, at [place * compared.length + k]; kept, and with the move. */
  readonly #played: Int16Array;
  readonly #moved: Int16Array;
  /** Deviation of each pair of places (a < b). */
  readonly #excess: Int16Array;
  /** Sum of deviations over the pairs of a place. */
  readonly #sum: Int32Array;
  readonly #stamp: Int32Array;
  readonly #turned: Int32Array;
  #turns = 0;
  #time = 0;
  readonly #pairs: Int32Array;
  readonly #next: Int16Array;
  #size = 0;

  constructor(readonly state: State, readonly term: FairnessTerm) {
    const count = term.teams.length;
    this.#price = priceOf(term);
    this.#byCode = Uint8Array.of(Number(countsFor(term, 0)), Number(countsFor(term, 1)));
    this.#place = new Int32Array(state.teams).fill(-1);
    term.teams.forEach((team, place) => this.#place[team] = place);
    this.#compared = Int32Array.from([...new Set(term.slots)].sort((a, b) => a - b));
    this.#played = new Int16Array(count * this.#compared.length);
    this.#moved = new Int16Array(count * this.#compared.length);
    this.#excess = new Int16Array(count * count);
    this.#sum = new Int32Array(count);
    this.#stamp = new Int32Array(count);
    this.#turned = new Int32Array(count);
    this.#pairs = new Int32Array(count * count);
    this.#next = new Int16Array(count * count);
  }

  reset(): number {
    const count = this.term.teams.length;
    this.#turns = this.#size = 0;
    this.#excess.fill(0);
    this.#sum.fill(0);
    for (let place = 0; place < count; place++) this.#play(place);
    this.#played.set(this.#moved);
    let total = 0;
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++) {
        const excess = this.#compare(a, b);
        this.#excess[a * count + b] = excess;
        this.#sum[a]! += excess;
        this.#sum[b]! += excess;
        total += excess;
      }
    }
    return total * this.#price;
  }

  /** Finds the teams whose sides the move changes; answers the least change it can make. */
  bound(): number {
    const { touched, before, cells, size, slots } = this.state;
    this.#time++;
    this.#turns = 0;
    let most = 0;
    for (let k = 0; k < size; k++) {
      const cell = touched[k]!, was = before[k]!, is = cells[cell]!;
      if (this.#counts(was) === this.#counts(is)) continue;
      const place = this.#place[Math.floor(cell / slots)]!;
      if (place < 0 || this.#stamp[place] === this.#time) continue;
      this.#stamp[place] = this.#time;
      this.#turned[this.#turns++] = place;
      most += this.#sum[place]!;
    }
    return -most * this.#price;
  }

  /** Change by the move; {@link bound} was called for it. */
  change(): number {
    const count = this.term.teams.length, turned = this.#turned;
    this.#size = 0;
    for (let k = 0; k < this.#turns; k++) this.#play(turned[k]!);
    let total = 0;
    for (let k = 0; k < this.#turns; k++) {
      const place = turned[k]!;
      for (let other = 0; other < count; other++) {
        if (other === place || (other < place && this.#stamp[other] === this.#time)) continue;
        const pair = place < other ? place * count + other : other * count + place;
        const excess = this.#compare(place, other);
        if (excess === this.#excess[pair]) continue;
        total += excess - this.#excess[pair]!;
        this.#pairs[this.#size] = pair;
        this.#next[this.#size++] = excess;
      }
    }
    return total * this.#price;
  }

  keep(): void {
    const count = this.term.teams.length, length = this.#compared.length;
    for (let k = 0; k < this.#turns; k++) {
      const from = this.#turned[k]! * length;
      this.#played.set(this.#moved.subarray(from, from + length), from);
    }
    for (let k = 0; k < this.#size; k++) {
      const pair = this.#pairs[k]!, more = this.#next[k]! - this.#excess[pair]!;
      this.#excess[pair] = this.#next[k]!;
      this.#sum[Math.floor(pair / count)]! += more;
      this.#sum[pair % count]! += more;
    }
    this.#turns = this.#size = 0;
  }

  undo(): void {
    const length = this.#compared.length;
    for (let k = 0; k < this.#turns; k++) {
      const from = this.#turned[k]! * length;
      for (let at = from; at < from + length; at++) this.#moved[at] = this.#played[at]!;
    }
    this.#turns = this.#size = 0;
  }

  /** Counts the home games of a place after each compared slot. */
  #play(place: number): void {
    const { cells, slots } = this.state, compared = this.#compared, moved = this.#moved;
    const from = this.term.teams[place]! * slots, to = place * compared.length;
    let sum = 0, slot = 0;
    for (let k = 0; k < compared.length; k++) {
      for (const last = compared[k]!; slot <= last; slot++) {
        const code = cells[from + slot]!;
        sum += this.#counts(code);
      }
      moved[to + k] = sum;
    }
  }

  /** 1 where the cell is a game that counts. */
  #counts(code: number): number {
    return code < 0 ? 0 : this.#byCode[code & 1]!;
  }

  #compare(a: number, b: number): number {
    const moved = this.#moved, length = this.#compared.length;
    let most = 0;
    for (let k = 0, i = a * length, j = b * length; k < length; k++, i++, j++) {
      const gap = Math.abs(moved[i]! - moved[j]!);
      if (gap > most) most = gap;
    }
    return Math.max(0, most - this.term.max);
  }
}

/** All fairness terms of a problem. */
export class Fairness {
  readonly #balances: Balance[];

  constructor(state: State, tables: Tables) {
    this.#balances = tables.fairness.map((term) => new Balance(state, term));
  }

  reset(): number {
    return this.#balances.reduce((sum, balance) => sum + balance.reset(), 0);
  }

  bound(): number {
    let sum = 0;
    for (const balance of this.#balances) sum += balance.bound();
    return sum;
  }

  change(): number {
    let sum = 0;
    for (const balance of this.#balances) sum += balance.change();
    return sum;
  }

  keep(): void {
    for (const balance of this.#balances) balance.keep();
  }

  undo(): void {
    for (const balance of this.#balances) balance.undo();
  }
}
