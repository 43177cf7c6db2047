import { constraintType } from "../../shared/optimizer/constraints/catalog.ts";
import { deviation } from "../../shared/optimizer/engine/plain.ts";
import { State } from "../../shared/optimizer/engine/state.ts";
import { compileLeague } from "../../shared/optimizer/league.ts";
import { smallLeague } from "./small-league.ts";

/**
 * Rounds are Saturdays (odd) and Wednesdays (even) from 1 January 2028 on. Miles: Ash to Birch 76, to Cedar 230, to
 * Dogwood 220; Birch to Cedar 248, to Dogwood 216; Cedar to Dogwood 449.
 */
export function judged(
  type: string,
  params: unknown,
  rounds: readonly string[],
): { deviation: number; said: string[] } {
  const constraints = [{ type, params, hard: true, weight: 1 }];
  const league = smallLeague({ teams: 4, rounds: Math.max(6, rounds.length), constraints });
  const { problem, season } = compileLeague(league);
  const state = new State(problem);
  rounds.forEach((games, slot) => {
    for (const game of games.split(" ").filter(Boolean)) {
      const [home, away] = game.split("-") as [string, string];
      state.place(season.team(home), season.team(away), slot);
    }
  });
  const terms = problem.terms.filter(({ constraint }) => constraint === 0);
  const violations = terms.map((term) => ({ term, deviation: deviation(state, term) })).filter((one) =>
    one.deviation > 0
  );
  return {
    deviation: violations.reduce((sum, one) => sum + one.deviation, 0),
    said: constraintType(type)!.explain(params, season, state, violations),
  };
}
