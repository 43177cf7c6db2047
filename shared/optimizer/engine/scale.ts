/** How much soft penalty is at stake in a move: what temperatures are measured by. */
import type { Evaluator } from "./evaluator.ts";
import type { Moves } from "./moves.ts";
import { softOf } from "./packed.ts";
import type { Random } from "./random.ts";

/** Median change of the soft penalty by short moves, in the leagues that the temperatures were chosen on. */
const yardstick = 60;

/** Moves that are tried, and the cells that one may touch. */
const sample = 4000, longest = 8;

/** What a temperature is to be multiplied by in a league: 1 where a short move changes as much as the yardstick. */
export function scaleOf(evaluator: Evaluator, moves: Moves, random: Random): number {
  const changes: number[] = [];
  for (let k = 0; k < sample; k++) {
    if (!moves.draw(random)) continue;
    if (evaluator.state.size > longest) {
      evaluator.state.undo();
      continue;
    }
    const change = Math.abs(softOf(evaluator.evaluate()));
    if (change > 0) changes.push(change);
    evaluator.undo();
  }
  if (changes.length === 0) return 1;
  return changes.sort((a, b) => a - b)[changes.length >> 1]! / yardstick;
}
