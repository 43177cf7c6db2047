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
