/** What is computed from a team's whole row: travel, and any other function of it. */
import { milesOf } from "./plain.ts";
import type { State } from "./state.ts";
import { priceOf } from "./packed.ts";
import type { Tables } from "./tables.ts";

/** Counts readings of rows, over all evaluators: none has the number of another. */
let readings = 0;

export class Rows {
  readonly #active: boolean;
  /** Penalty of each team's row as kept. */
  readonly #cost: Float64Array;
  readonly #touched: Int32Array;
  readonly #next: Float64Array;
  readonly #stamp: Int32Array;
  #size = 0;
  #time = 0;

  constructor(readonly state: State, readonly tables: Tables) {
    const { teams } = state;
    this.#active = tables.rowTerms.length > 0;
    this.#cost = new Float64Array(teams);
    this.#touched = new Int32Array(teams);
    this.#next = new Float64Array(teams);
    this.#stamp = new Int32Array(teams).fill(-1);
  }

  reset(): number {
    let sum = 0;
    this.#size = 0;
    for (let team = 0; team < this.state.teams; team++) sum += this.#cost[team] = this.#price(team);
    return sum;
  }

  /** Change of the packed penalty by the move that the state holds. */
  change(): number {
    if (!this.#active) return 0;
    const { touched, size, slots } = this.state;
    this.#size = 0;
    this.#time++;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const team = Math.floor(touched[k]! / slots);
      if (this.#stamp[team] === this.#time) continue;
      this.#stamp[team] = this.#time;
      const cost = this.#price(team);
      this.#touched[this.#size] = team;
      this.#next[this.#size++] = cost;
      sum += cost - this.#cost[team]!;
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

  #price(team: number): number {
    const { rows, rowTerms } = this.tables, { state } = this, reading = ++readings;
    let sum = 0;
    for (let at = rows.start[team]!; at < rows.start[team + 1]!; at++) {
      const term = rowTerms[rows.values[at]!]!;
      sum += priceOf(term) *
        (term.kind === "row"
          ? term.row(state.cells, team * state.slots, reading)
          : Math.max(0, milesOf(state, team) - (term.max ?? 0)));
    }
    return sum;
  }
}
