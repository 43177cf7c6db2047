/** Parameters for leagues with idle cells: partial and single round robins, seasons on more dates than games. */
import type { SearchParameters } from "./parameters.ts";

/** See {@link SearchParameters}. Chosen on real seasons of travel and of many small rules. */
export const relaxedParameters: SearchParameters = {
  shares: {
    swapHomes: 0.25,
    swapTeams: 0.03,
    swapRounds: 0.01,
    partialSwapTeams: 0.4,
    partialSwapTeamsPhased: 0,
    partialSwapRounds: 0.31,
  },
  caps: { slots: 10, teams: 12 },
  hardShare: 0.02,
  hardTries: 4,
  hard: { from: 1.2, to: 0.15 },
  hardAgain: { from: 0.5, to: 0.15 },
  both: { from: 80, to: 18 },
  bothUntil: 0.85,
  feasible: { from: 18, to: 1.5 },
  hardWeight: { from: 250, to: 250 },
};
