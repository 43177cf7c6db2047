import type { League, Placement } from "../../shared/optimizer/league.ts";
import type { Budget } from "./pace.ts";

/** What the main thread tells a worker: what to solve, or a better schedule of another worker. */
export type ToWorker =
  | { readonly kind: "start"; readonly league: League; readonly seed: number; readonly budget: Budget }
  | { readonly kind: "offer"; readonly placements: readonly Placement[] };

/** What a run found, and what it took. */
export interface Found {
  readonly placements: readonly Placement[];
  readonly best: { readonly hard: number; readonly soft: number };
  readonly evaluations: number;
  /** Seconds of the budget's clock. */
  readonly seconds: number;
}

/** What a worker tells: what it has so far, or at the end. */
export interface FromWorker extends Found {
  readonly kind: "so-far" | "end";
}
