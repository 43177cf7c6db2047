/** How evenly games are played: the greatest difference of each pair of teams over the season. */
import { Balance } from "./balance.ts";
import type { State } from "./state.ts";
import type { Tables } from "./tables.ts";

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
