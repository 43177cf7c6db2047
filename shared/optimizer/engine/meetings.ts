/** When pairs meet: separation, phases, and any function of a pair's meetings. */
import { outside } from "./plain.ts";
import type { State } from "./state.ts";
import type { Tables } from "./tables.ts";
import type { Counts } from "./counts.ts";
import { priceOf } from "./packed.ts";

export class Meetings {
  /** slotOf[home * teams + away]: when the game is, or -1. Valid where the problem is `single`. */
  readonly slotOf: Int16Array;
  readonly #active: boolean;
  /** Penalty of each pair as kept, at [a * teams + b], a < b. */
  readonly #cost: Float64Array;
  /** Pairs of the move, and their new cost. */
  readonly #touched: Int32Array;
  readonly #next: Float64Array;
  readonly #stamp: Int32Array;
  readonly #meetings: Int16Array;
  #size = 0;
  #time = 1;

  constructor(readonly state: State, readonly tables: Tables) {
    const { teams, slots } = state;
    this.slotOf = new Int16Array(teams * teams).fill(-1);
    this.#active = tables.pairTerms.length > 0 || tables.phasePrice > 0;
    this.#cost = new Float64Array(teams * teams);
    this.#touched = new Int32Array(teams * teams);
    this.#next = new Float64Array(teams * teams);
    this.#stamp = new Int32Array(teams * teams);
    this.#meetings = new Int16Array(slots);
  }

  reset(): number {
    const { state, slotOf } = this, { teams } = state;
    slotOf.fill(-1);
    for (const { home, away, slot } of state.games()) slotOf[home * teams + away] = slot;
    let sum = 0;
    this.#size = 0;
    for (let a = 0; a < teams; a++) {
      for (let b = a + 1; b < teams; b++) sum += this.#cost[a * teams + b] = this.#active ? this.#price(a, b) : 0;
    }
    return sum;
  }

  /** Change of the packed penalty by the move that `counts` has listed. */
  change(counts: Counts): number {
    if (!this.#active) return 0;
    this.#size = 0;
    counts.place(this.slotOf);
    counts.eachGame(this.#mark);
    this.#time++;
    let sum = 0;
    const teams = this.state.teams;
    for (let k = 0; k < this.#size; k++) {
      const pair = this.#touched[k]!, first = Math.floor(pair / teams);
      const cost = this.#price(first, pair - first * teams);
      this.#next[k] = cost;
      sum += cost - this.#cost[pair]!;
    }
    return sum;
  }

  keep(counts: Counts): void {
    if (!this.#active) return counts.place(this.slotOf);
    for (let k = 0; k < this.#size; k++) this.#cost[this.#touched[k]!] = this.#next[k]!;
    this.#size = 0;
  }

  undo(counts: Counts): void {
    if (this.#active) counts.displace(this.slotOf);
    this.#size = 0;
  }

  /** Notes a game's pair, once a move. */
  readonly #mark = (game: number): void => {
    const { teams } = this.state, home = Math.floor(game / teams), away = game - home * teams;
    const pair = home < away ? game : away * teams + home;
    if (this.#stamp[pair] === this.#time) return;
    this.#stamp[pair] = this.#time;
    this.#touched[this.#size++] = pair;
  };

  #price(a: number, b: number): number {
    const { teams, slots, problem } = this.state, { tables } = this;
    const pair = a * teams + b, half = slots >> 1;
    let sum = 0;
    const from = tables.pairs.start[pair]!, to = tables.pairs.start[pair + 1]!;
    if (problem.compact) {
      const first = this.slotOf[pair]!, second = this.slotOf[b * teams + a]!;
      if (tables.phasePrice && (first < half) === (second < half)) sum += tables.phasePrice;
      if (from === to) return sum;
    }
    const meetings = this.#meetings, count = this.#gather(a, b);
    if (tables.phasePrice && !problem.compact) {
      for (let k = 1; k < count; k++) {
        if ((meetings[k]! >> 1 < half) === (meetings[k - 1]! >> 1 < half)) sum += tables.phasePrice;
      }
    }
    for (let at = from; at < to; at++) {
      const term = tables.pairTerms[tables.pairs.values[at]!]!;
      if (term.kind === "pair") {
        if (term.first > term.second) { for (let k = 0; k < count; k++) meetings[k]! ^= 1; }
        sum += priceOf(term) * term.pair(meetings, count);
        if (term.first > term.second) { for (let k = 0; k < count; k++) meetings[k]! ^= 1; }
        continue;
      }
      for (let k = 1; k < count; k++) {
        sum += priceOf(term) * outside((meetings[k]! >> 1) - (meetings[k - 1]! >> 1) - 1, term.min, term.max);
      }
    }
    return sum;
  }

  /** Fills the meetings of a pair in the order of slots; answers their number. */
  #gather(a: number, b: number): number {
    const { teams, slots, cells, problem } = this.state, meetings = this.#meetings;
    let count = 0;
    if (problem.single) {
      const home = this.slotOf[a * teams + b]!, away = this.slotOf[b * teams + a]!;
      if (away >= 0 && away < home) meetings[count++] = away * 2;
      if (home >= 0) meetings[count++] = home * 2 + 1;
      if (away >= 0 && away > home) meetings[count++] = away * 2;
      return count;
    }
    for (let slot = 0, cell = a * slots; slot < slots; slot++, cell++) {
      const code = cells[cell]!;
      if (code >= 0 && code >> 1 === b) meetings[count++] = slot * 2 + (code & 1);
    }
    return count;
  }
}
