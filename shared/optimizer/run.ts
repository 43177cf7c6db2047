import type { Placement } from "./league.ts";

/** How far a run is. */
export interface Progress {
  /** Schedules evaluated so far, and how many there will be. */
  readonly evaluations: number;
  readonly of: number;
  /** Penalties of the best schedule found so far; infinite before there is one. */
  readonly best: { readonly hard: number; readonly soft: number };
  readonly done: boolean;
}

/** What a run is started with. */
export interface RunOptions {
  /** The same seed and evaluations give the same result, however the run is sliced. */
  readonly seed: number;
  /** Schedules to evaluate. */
  readonly evaluations: number;
  /** Where to start; from a construction when left out. */
  readonly from?: readonly Placement[];
}

/** A search that is advanced in slices, and saved and resumed between them. */
export interface Run {
  advance(evaluations: number): Progress;
  save(): Uint8Array;
  best(): Placement[];
  /** Sets a new total, when the time left is what counts and not reproducibility. */
  retarget(evaluations: number): void;
  /** Takes a schedule of another run of the same league as the place to go on from, if it is better than its own. */
  offer(placements: readonly Placement[]): void;
}
