/** Simulated annealing at one temperature: the innermost loop of every search. */
import type { Evaluator } from "./evaluator.ts";
import type { Moves } from "./moves.ts";
import { weigh } from "./packed.ts";
import type { Random } from "./random.ts";

/** What is held fixed over a stretch of the search. */
export interface Heat {
  /** A move that costs this much more is accepted with probability 1/e. */
  readonly temperature: number;
  /** What a unit of hard penalty costs against a unit of soft penalty. */
  readonly hardWeight: number;
}

/** The best schedule seen. */
export interface Best {
  /** Packed penalty. */
  total: number;
  readonly cells: Int16Array;
}

/**
 * Draws `count` moves and keeps those that the temperature allows. `best` takes over every schedule that is better than
 * it.
 */
export function anneal(
  evaluator: Evaluator,
  moves: Moves,
  random: Random,
  count: number,
  { temperature, hardWeight }: Heat,
  best: Best,
): void {
  const { state } = evaluator;
  for (let k = 0; k < count; k++) {
    if (!moves.draw(random)) continue;
    const limit = -temperature * Math.log(random.unit() + 1e-12);
    if (weigh(evaluator.evaluate(limit, hardWeight), hardWeight) > limit) {
      evaluator.undo();
      continue;
    }
    evaluator.keep();
    if (evaluator.total < best.total) {
      best.total = evaluator.total;
      best.cells.set(state.cells);
    }
  }
}

/**
 * {@link anneal} among feasible schedules: `hard` and `soft` judge the same state by the hard and by the soft terms. Most
 * moves break a hard constraint and are seen through before the soft ones are looked at.
 */
export function annealFeasible(
  hard: Evaluator,
  soft: Evaluator,
  moves: Moves,
  random: Random,
  count: number,
  temperature: number,
  best: Best,
): void {
  const { state } = soft;
  for (let k = 0; k < count; k++) {
    if (!moves.draw(random)) continue;
    const limit = -temperature * Math.log(random.unit() + 1e-12);
    if (hard.evaluate(0) > 0) {
      hard.undo();
      continue;
    }
    if (soft.evaluate(limit) > limit) {
      soft.revert();
      hard.undo();
      continue;
    }
    soft.settle();
    hard.keep();
    if (soft.total < best.total) {
      best.total = soft.total;
      best.cells.set(state.cells);
    }
  }
}
