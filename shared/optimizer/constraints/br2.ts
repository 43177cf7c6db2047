import { breakCells, breaksIn } from "./breaks.ts";
import {
  compareSchema,
  inSlots,
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
  homeMode?: Mode;
  mode2?: "LEQ" | "EQ";
  intp: number;
}

/** BR2: the teams together have at most (or exactly) so many breaks in some rounds. */
export const br2 = robinxType<Parameters>({
  type: "BR2",
  title: "Breaks of all teams together",
  description:
    "The teams (all when left out) together have at most (LEQ) or exactly (EQ) `intp` breaks in the rounds. " +
    "Deviation: breaks beyond (or short of) `intp`.",
  schema: parameters({
    teams: teamsSchema,
    rounds: roundsSchema,
    homeMode: modeSchema,
    mode2: compareSchema,
    intp: { type: "integer", minimum: 0, description: "Number of breaks" },
  }, ["intp"]),
  example: { params: { intp: 30 }, says: "There are at most 30 breaks in the season." },
  demands({ teams, rounds, homeMode = "HA", mode2, intp }, league, head) {
    const slots = slotsOf(league, rounds), breaks = breakCells(league, teamsOf(league, teams), slots, homeMode);
    return [{
      term: { kind: "breaks", ...head, breaks, min: mode2 === "EQ" ? intp : 0, max: intp },
      explain: (state) =>
        `There are ${breaksIn(state, breaks).length} breaks ${inSlots(league, slots)}; there should be ` +
        `${mode2 === "EQ" ? "exactly" : "at most"} ${intp}`,
    }];
  },
});
