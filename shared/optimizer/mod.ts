/**
 * The optimizer: leagues in, schedules out. Pure functions over plain values; nothing here reads a clock, a file or a
 * database.
 *
 * ```ts
 * const run = startRun(league, { seed: 1, evaluations: 2_000_000 });
 * while (!run.advance(100_000).done);
 * const placements = run.best();
 * const { score } = analyze(league, placements);
 * ```
 */
import type { League } from "./league.ts";
import type { Run, RunOptions } from "./run.ts";
import { resumeSeasonRun, startSeasonRun } from "./season-run.ts";
import { resumeTravelRun, startTravelRun } from "./travel/travel-run.ts";

export * from "./analysis/mod.ts";
export { constraintTypes } from "./constraints/catalog.ts";
export type { ConstraintDefinition } from "./constraints/definition.ts";
export { type League, LeagueError, type Placement } from "./league.ts";
export type { Progress, Run, RunOptions } from "./run.ts";

/** Starts the search that fits the league: the travelling one for a travelling tournament, the general one otherwise. */
export function startRun(league: League, options: RunOptions): Run {
  return startTravelRun(league, options) ?? startSeasonRun(league, options);
}

/** Takes up a run from what its `save` gave; the league must be the one it was started with. */
export function resumeRun(league: League, saved: Uint8Array): Run {
  return resumeTravelRun(league, saved) ?? resumeSeasonRun(league, saved);
}
