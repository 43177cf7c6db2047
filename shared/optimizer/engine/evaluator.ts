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
import { hardOf, softOf } from "./packed.ts";
import { compileTables, type Tables } from "./tables.ts";

export class Evaluator {
  /** Packed penalty of the kept schedule. */
  total = 0;
  /** Whether {@link fairness} has anything to add to what {@link evaluate} answers. */
  readonly hasFairness: boolean;
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
    this.hasFairness = tables.fairness.length > 0;
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

  /** Change of the packed penalty by the move that the state holds, without fairness. */
  evaluate(): number {
    return this.#delta = this.#counts.change() + this.#meetings.change() + this.#rows.change() + this.#groups.change();
  }

  /** The least that {@link fairness} can answer for the move, at most 0: enough to reject most moves. */
  fairnessBound(): number {
    return this.#fairness.bound();
  }

  /** What fairness adds to the change; asked after {@link fairnessBound}, at most once a move. */
  fairness(): number {
    const more = this.#fairness.change();
    this.#delta += more;
    return more;
  }

  /** The whole change of the packed penalty by the move that the state holds. */
  evaluateAll(): number {
    this.evaluate();
    if (this.hasFairness) {
      this.fairnessBound();
      this.fairness();
    }
    return this.#delta;
  }

  /** Makes the evaluated move part of the schedule. */
  keep(): void {
    this.total += this.#delta;
    this.#meetings.keep();
    this.#rows.keep();
    this.#groups.keep();
    this.#fairness.keep();
    this.state.keep();
  }

  /** Takes the evaluated move back. */
  undo(): void {
    this.#counts.undo();
    this.#meetings.undo();
    this.#rows.undo();
    this.#groups.undo();
    this.#fairness.undo();
    this.state.undo();
  }
}
