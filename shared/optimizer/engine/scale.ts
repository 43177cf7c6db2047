/** How much soft penalty is at stake in a move: what temperatures are measured by. */
import type { Evaluator } from "./evaluator.ts";
import type { Moves } from "./moves.ts";
import { softOf } from "./packed.ts";
import type { Problem } from "./problem.ts";
import type { Random } from "./random.ts";

/** Median change of the soft penalty by short moves, in the leagues that the temperatures were chosen on. */
const yardstick = 60;

/** Moves that are tried, and the cells that one may touch. */
const sample = 4000, longest = 8;

/** Greatest weight of a soft term in those leagues: theirs only count games, breaks and rounds. */
const greatestWeight = 10;

/** What a temperature is to be multiplied by in a league: 1 where as much is at stake as by the yardstick. */
export function scaleOf(problem: Problem, evaluator: Evaluator, moves: Moves, random: Random): number {
  const soft = problem.terms.filter(({ hard }) => !hard);
  if (soft.every(({ kind }) => kind !== "travel" && kind !== "row" && kind !== "pair" && kind !== "group")) {
    return soft.reduce((most, { weight }) => Math.max(most, weight), 1) / greatestWeight;
  }
  return stakeOf(evaluator, moves, random) / yardstick;
}

/** Median change of the soft penalty by a short move. */
function stakeOf(evaluator: Evaluator, moves: Moves, random: Random): number {
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
  if (changes.length === 0) return yardstick;
  return changes.sort((a, b) => a - b)[changes.length >> 1]!;
}
