import { countsFor } from "../engine/plain.ts";
import type { State } from "../engine/state.ts";
import type { FairnessTerm } from "../engine/terms.ts";
import {
  gamesOf,
  type Mode,
  modeSchema,
  parameters,
  robinxType,
  roundsSchema,
  slotsOf,
  teamsOf,
  teamsSchema,
} from "./robinx.ts";

interface Parameters {
  teams?: string[];
  rounds?: number[];
  mode: Mode;
  intp: number;
}

/** The two teams that differ most, and when. */
function worst(state: State, term: FairnessTerm): { a: number; b: number; slot: number; gap: number } {
  let found = { a: 0, b: 0, slot: 0, gap: -1 };
  const played = new Int32Array(state.teams), compared = new Set(term.slots);
  for (let slot = 0; slot < state.slots; slot++) {
    for (const team of term.teams) {
      const code = state.cells[team * state.slots + slot]!;
      if (code >= 0 && countsFor(term, code)) played[team]!++;
    }
    if (!compared.has(slot)) continue;
    for (const a of term.teams) {
      for (const b of term.teams) {
        const gap = played[a]! - played[b]!;
        if (gap > found.gap) found = { a, b, slot, gap };
      }
    }
  }
  return found;
}

/** FA2: after each round, no two teams have played numbers of home games that are far apart. */
export const fa2 = robinxType<Parameters>({
  type: "FA2",
  title: "Home games played alike",
  description:
    "After each of the rounds the numbers of home games (or of `mode`) that any two of the teams have played " +
    "differ by at most `intp`. Deviation, for each pair of teams: the greatest difference beyond `intp`.",
  schema: parameters({
    teams: teamsSchema,
    rounds: roundsSchema,
    mode: modeSchema,
    intp: { type: "integer", minimum: 0, description: "Greatest difference" },
  }, ["mode", "intp"]),
  example: {
    params: { mode: "H", intp: 2 },
    says: "At no time has a team played three home games more than another.",
  },
  demands({ teams, rounds, mode, intp }, league, head) {
    const term: FairnessTerm = {
      kind: "fairness",
      ...head,
      teams: teamsOf(league, teams),
      slots: slotsOf(league, rounds),
      max: intp,
      side: mode === "H" ? "home" : mode === "A" ? "away" : "any",
    };
    return [{
      term,
      explain(state, deviation) {
        const { a, b, slot, gap } = worst(state, term);
        return `After ${league.slotName(slot)} ${league.teamName(a)} has played ${gap} ${gamesOf(mode)} more than ` +
          `${league.teamName(b)}; ${intp} are allowed (${deviation} too many over all pairs)`;
      },
    }];
  },
});
