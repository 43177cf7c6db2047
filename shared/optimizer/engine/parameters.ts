/** What the search can be tuned by. Nothing here knows an instance: only what kind of league it is. */
import type { MoveCaps, MoveShares } from "./moves.ts";
import type { Problem } from "./problem.ts";
import { relaxedParameters } from "./relaxed-parameters.ts";

/** Temperatures of a stage: falling geometrically from `from` to `to`. */
export interface Cooling {
  readonly from: number;
  readonly to: number;
}

export interface SearchParameters {
  readonly shares: MoveShares;
  readonly caps: MoveCaps;
  /** Share of the budget of one try at the hard constraints alone, and how many there are at most. */
  readonly hardShare: number;
  readonly hardTries: number;
  /** Temperatures of the first try at the hard constraints, and of those from the best one on; unit: hard penalty. */
  readonly hard: Cooling;
  readonly hardAgain: Cooling;
  /** Temperatures of the main stage; unit: see `yardstick` of scale.ts, as is that of what follows. */
  readonly both: Cooling;
  /** When the main stage ends, as a share of the budget; 0: as soon as there is a feasible schedule. */
  readonly bothUntil: number;
  /** Temperatures of the last stage. */
  readonly feasible: Cooling;
  /** What a unit of hard penalty costs in the main stage, from its beginning to its end. */
  readonly hardWeight: Cooling;
}

// Long chains are hardly ever accepted once the search has cooled a little: measured over the public instances, moves of
// two slots and four teams are taken a hundred times as often as those of twice the size. So chains are drawn often and
// given up early, and whole rounds and teams are exchanged now and then only.
const shares = {
  plain: {
    swapHomes: .12,
    swapTeams: .002,
    swapRounds: .008,
    partialSwapTeams: .34,
    partialSwapTeamsPhased: .18,
    partialSwapRounds: .35,
  },
  phased: {
    swapHomes: .12,
    swapTeams: .002,
    swapRounds: .008,
    partialSwapTeams: .17,
    partialSwapTeamsPhased: .28,
    partialSwapRounds: .42,
  },
};

export function defaultParameters(problem: Problem): SearchParameters {
  if (!problem.compact) return relaxedParameters;
  return {
    shares: problem.phased ? shares.phased : shares.plain,
    caps: { slots: 5, teams: 10 },
    hardShare: 0.08,
    hardTries: 8,
    hard: { from: 1.2, to: 0.15 },
    hardAgain: { from: 0.5, to: 0.15 },
    both: { from: 25, to: 4 },
    bothUntil: 0,
    feasible: { from: 130, to: 3 },
    hardWeight: { from: 120, to: 120 },
  };
}
