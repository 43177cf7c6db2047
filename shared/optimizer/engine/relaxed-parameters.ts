/** Parameters for leagues with idle cells, partial or single round robins: temperatures follow what moves cost. */
import { construct } from "./construct.ts";
import { Evaluator } from "./evaluator.ts";
import { Moves } from "./moves.ts";
import { HARD, hardOf } from "./packed.ts";
import type { SearchParameters } from "./parameters.ts";
import type { Problem } from "./problem.ts";
import { Random } from "./random.ts";
import { compileTables } from "./tables.ts";

const shares = {
  swapHomes: 0.25,
  swapTeams: 0.03,
  swapRounds: 0.01,
  partialSwapTeams: 0.4,
  partialSwapTeamsPhased: 0,
  partialSwapRounds: 0.31,
};
const caps = { slots: 10, teams: 12 };

/** Mean change of the soft penalty by a random move, either way: what temperatures are measured in. */
function meanChange(problem: Problem): number {
  const random = new Random(1);
  const soft = { ...problem, terms: problem.terms.filter(({ hard }) => !hard) };
  const state = construct(soft, random);
  const evaluator = new Evaluator(state, compileTables(soft));
  const moves = new Moves(state, evaluator.slotOfGame, shares, caps);
  let [sum, made] = [0, 0];
  for (let drawn = 0; drawn < 6000 && made < 1500; drawn++) {
    if (!moves.draw(random)) continue;
    const change = evaluator.evaluate();
    sum += Math.abs(change - hardOf(change) * HARD);
    made++;
    if (made % 3) evaluator.undo();
    else evaluator.keep();
  }
  return made > 0 ? Math.max(1, sum / made) : 1;
}

/** See {@link SearchParameters}. The same problem has the same parameters. */
export function relaxedParameters(problem: Problem): SearchParameters {
  const unit = meanChange(problem);
  return {
    shares,
    caps,
    hardShare: 0.01,
    hardTries: 3,
    hard: { from: 2, to: 0.2 },
    hardAgain: { from: 0.8, to: 0.2 },
    both: { from: unit, to: 0.06 * unit },
    bothUntil: 0.85,
    feasible: { from: 0.1 * unit, to: 0.01 * unit },
    ratio: 3,
    leastRatio: 1,
    mostRatio: 6,
    leastHardWeight: 0.55 * unit,
    feasibleShare: 0.25,
  };
}
