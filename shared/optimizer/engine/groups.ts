/** Terms over the rows of several teams together. */
import { priceOf } from "./packed.ts";
import type { State } from "./state.ts";
import type { Tables } from "./tables.ts";

export class Groups {
  readonly #active: boolean;
  /** Penalty of each term as kept. */
  readonly #cost: Float64Array;
  readonly #touched: Int32Array;
  readonly #next: Float64Array;
  readonly #stamp: Int32Array;
  #size = 0;
  #time = 0;

  constructor(readonly state: State, readonly tables: Tables) {
    const count = tables.groupTerms.length;
    this.#active = count > 0;
    this.#cost = new Float64Array(count);
    this.#touched = new Int32Array(count);
    this.#next = new Float64Array(count);
    this.#stamp = new Int32Array(count).fill(-1);
  }

  reset(): number {
    let sum = 0;
    this.#size = 0;
    for (let at = 0; at < this.#cost.length; at++) sum += this.#cost[at] = this.#price(at);
    return sum;
  }

  /** Change of the packed penalty by the move that the state holds. */
  change(): number {
    if (!this.#active) return 0;
    const { touched, size, slots } = this.state, { groups } = this.tables;
    this.#size = 0;
    this.#time++;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const team = Math.floor(touched[k]! / slots);
      for (let entry = groups.start[team]!; entry < groups.start[team + 1]!; entry++) {
        const at = groups.values[entry]!;
        if (this.#stamp[at] === this.#time) continue;
        this.#stamp[at] = this.#time;
        const cost = this.#price(at);
        this.#touched[this.#size] = at;
        this.#next[this.#size++] = cost;
        sum += cost - this.#cost[at]!;
      }
    }
    return sum;
  }

  keep(): void {
    for (let k = 0; k < this.#size; k++) this.#cost[this.#touched[k]!] = this.#next[k]!;
    this.#size = 0;
  }

  undo(): void {
    this.#size = 0;
  }

  #price(at: number): number {
    const term = this.tables.groupTerms[at]!;
    return priceOf(term) * term.group(this.state.cells);
  }
}
