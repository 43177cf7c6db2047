/**
 * Incremental evaluation. A move writes to the state; `evaluate` brings the counters up to date and answers by how much
 * the (packed) penalty changes; then `keep` or `undo`, which also keeps or undoes the state.
 */
import { Counts } from "./counts.ts";
import { Fairness } from "./fairness.ts";
import { Groups } from "./groups.ts";
import { Meetings } from "./meetings.ts";
import { Rows } from "./rows.ts";
import type { State } from "./state.ts";
import { hardOf, softOf, weigh } from "./packed.ts";
import { compileTables, type Tables } from "./tables.ts";

export class Evaluator {
  /** Packed penalty of the kept schedule. */
  total = 0;
  readonly #hasFairness: boolean;
  readonly #counts: Counts;
  readonly #meetings: Meetings;
  readonly #rows: Rows;
  readonly #groups: Groups;
  readonly #fairness: Fairness;
  #delta = 0;

  constructor(readonly state: State, readonly tables: Tables = compileTables(state.problem)) {
    this.#counts = new Counts(state, tables);
    this.#meetings = new Meetings(state, tables);
    this.#rows = new Rows(state, tables);
    this.#groups = new Groups(state, tables);
    this.#fairness = new Fairness(state, tables);
    this.#hasFairness = tables.fairness.length > 0;
    this.reset();
  }

  /** Hard penalty of the kept schedule. */
  get hard(): number {
    return hardOf(this.total);
  }

  /** Soft penalty of the kept schedule. */
  get soft(): number {
    return softOf(this.total);
  }

  /** slotOfGame[home * teams + away]: when the game is, or -1. Valid where the problem is `single`. */
  get slotOfGame(): Int16Array {
    return this.#meetings.slotOf;
  }

  /** Computes everything anew from the state's cells. */
  reset(): void {
    this.state.keep();
    this.total = this.#counts.reset() + this.#meetings.reset() + this.#rows.reset() + this.#groups.reset() +
      this.#fairness.reset();
  }

  /**
   * Change of the packed penalty by the move that the state holds; Infinity as soon as it is clear that the move costs
   * more than `limit`, a unit of hard penalty costing `hardWeight`. Then only {@link undo} is left.
   */
  evaluate(limit = Infinity, hardWeight = 1): number {
    const turned = this.#counts.turn(this.total, limit, hardWeight);
    // Among feasible schedules most moves end here.
    if (turned === Infinity) return Infinity;
    this.#counts.list();
    const rest = turned + this.#meetings.change(this.#counts) + this.#rows.change() + this.#groups.change();
    if (!this.#hasFairness) return this.#delta = this.#counts.change(rest, limit, hardWeight);
    // Fairness is dear to compute: it is asked only where the rest leaves the move a chance.
    const least = this.#fairness.bound();
    const delta = this.#counts.change(rest, limit - weigh(least, hardWeight), hardWeight);
    if (weigh(delta + least, hardWeight) > limit) return Infinity;
    return this.#delta = delta + this.#fairness.change();
  }

  /** Makes the evaluated move part of the schedule. */
  keep(): void {
    this.settle();
    this.state.keep();
  }

  /** Takes the evaluated move back. */
  undo(): void {
    this.revert();
    this.state.undo();
  }

  /** {@link keep} without the state: for several evaluators of one state. */
  settle(): void {
    this.total += this.#delta;
    this.#meetings.keep(this.#counts);
    this.#rows.keep();
    this.#groups.keep();
    this.#fairness.keep();
  }

  /** {@link undo} without the state. */
  revert(): void {
    this.#counts.undo();
    this.#meetings.undo(this.#counts);
    this.#rows.undo();
    this.#groups.undo();
    this.#fairness.undo();
  }
}
