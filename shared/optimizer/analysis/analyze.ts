import { type CompiledLeague, compileLeague, type League, type Placement } from "../league.ts";
import { stateOf } from "../placements.ts";
import { clashesOf, type TimedPlacement } from "./clashes.ts";
import { constraintReports, termsByConstraint } from "./measure.ts";
import { scoreOf } from "./score.ts";
import { rowsOf, teamReport } from "./teams.ts";
import type { Analysis } from "./types.ts";
import { windowReports } from "./windows.ts";

/** Placements that can stand together: those of the league's matchups whose teams are free. */
function placeable(compiled: CompiledLeague, placements: readonly Placement[], wrong: ReadonlySet<number>) {
  return stateOf(compiled, placements.filter(({ matchup }) => !wrong.has(matchup)));
}

/**
 * Judges a schedule: each constraint with what breaks it, every team's season, clashes, TV windows, and a score. Games
 * that clash are told in `clashes`; of two games of a team in a round the second is left out of the figures.
 *
 * ```ts
 * const { score, constraints } = analyze(league, placements);
 * constraints.flatMap(({ violations }) => violations.map(({ explanation }) => explanation));
 * ```
 */
export function analyze(league: League, placements: readonly TimedPlacement[]): Analysis {
  const compiled = compileLeague(league);
  const { season } = compiled;
  const clashes = clashesOf(league, placements);
  const wrong = new Set(clashes.filter(({ kind }) => kind === "wrong_pairing").flatMap(({ matchups }) => matchups));
  const { state } = placeable(compiled, placements, wrong);
  const present = new Set(placements.map(({ matchup }) => matchup));
  const unplaced = league.matchups.map((_, matchup) => matchup).filter((matchup) => !present.has(matchup));
  const constraints = constraintReports(compiled, state, placements);
  const rows = rowsOf(season, state);
  const teams = rows.map((row) => teamReport(season, row));
  const windows = windowReports(season, state);
  const penalty = (hard: boolean) =>
    constraints.reduce((sum, report) => sum + (report.hard === hard ? report.penalty : 0), 0);
  const broken = constraints.filter(({ hard, satisfied }) => hard && !satisfied).length;
  const terms = termsByConstraint(compiled);
  const indexes = new Map(league.constraints.map(({ id }, index) => [id, index]));
  const { score, breakdown } = scoreOf(season, rows, teams, constraints, windows, {
    placed: season.games ? 1 - unplaced.length / season.games : 1,
    faults: broken + clashes.length,
    terms: (report) => terms.get(indexes.get(constraints[report]!.constraint)!)?.length ?? 1,
  });
  const miles = teams.map((team) => team.miles);
  return {
    complete: unplaced.length === 0 && clashes.length === 0,
    unplaced,
    clashes,
    constraints,
    hard: penalty(true),
    soft: penalty(false),
    teams,
    travel: { total: miles.reduce((sum, one) => sum + one, 0), most: Math.max(0, ...miles), least: Math.min(...miles) },
    breaks: teams.reduce((sum, team) => sum + team.breaks, 0),
    windows,
    score,
    breakdown,
  };
}
