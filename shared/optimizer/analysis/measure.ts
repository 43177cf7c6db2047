import { constraintType } from "../constraints/catalog.ts";
import type { Finding } from "../constraints/conference.ts";
import type { Violation } from "../constraints/definition.ts";
import { deviation } from "../engine/plain.ts";
import type { State } from "../engine/state.ts";
import type { Term } from "../engine/terms.ts";
import type { CompiledLeague, Placement } from "../league.ts";
import type { ConstraintReport, ViolationReport } from "./types.ts";
import { findingsOf } from "./where.ts";

/** The terms of each constraint, by its index. */
export function termsByConstraint({ problem }: CompiledLeague): Map<number, Term[]> {
  return Map.groupBy(problem.terms.filter(({ constraint }) => constraint >= 0), ({ constraint }) => constraint);
}

/** Terms that are not kept. */
export const violationsOf = (state: State, terms: readonly Term[]): Violation[] =>
  terms.map((term) => ({ term, deviation: deviation(state, term) })).filter((violation) => violation.deviation > 0);

/** Deviation over terms. */
export const deviationOf = (state: State, terms: readonly Term[]): number =>
  terms.reduce((sum, term) => sum + deviation(state, term), 0);

function reported(compiled: CompiledLeague, placements: readonly Placement[], finding: Finding): ViolationReport {
  const { league, season } = compiled;
  const teams = finding.teams.map((team) => league.teams[team]!.id);
  const rounds = finding.slots.map((slot) => season.roundNumber(slot));
  const [about, within] = [new Set(teams), new Set(rounds)];
  const matchups = placements.filter(({ round, home, away }) =>
    within.has(round) && (about.has(home) || about.has(away))
  )
    .map(({ matchup }) => matchup);
  return { explanation: finding.text, deviation: finding.deviation, teams, rounds, matchups };
}

/** The violations of one constraint, explained. */
export function explained(
  compiled: CompiledLeague,
  state: State,
  placements: readonly Placement[],
  index: number,
  violations: readonly Violation[],
): ViolationReport[] {
  const { type, params } = compiled.league.constraints[index]!;
  return findingsOf(constraintType(type)!, params, compiled.season, state, violations)
    .map((finding) => reported(compiled, placements, finding));
}

/** How each active constraint stands, in the league's order. */
export function constraintReports(
  compiled: CompiledLeague,
  state: State,
  placements: readonly Placement[],
): ConstraintReport[] {
  const terms = termsByConstraint(compiled);
  return compiled.league.constraints.flatMap(({ id, type, name, hard, weight, active }, index) => {
    if (active === false) return [];
    const violations = violationsOf(state, terms.get(index) ?? []);
    const total = violations.reduce((sum, violation) => sum + violation.deviation, 0);
    return [{
      constraint: id,
      type,
      ...(name === undefined ? {} : { name }),
      hard,
      weight,
      deviation: total,
      penalty: weight * total,
      satisfied: total === 0,
      violations: explained(compiled, state, placements, index, violations),
    }];
  });
}
