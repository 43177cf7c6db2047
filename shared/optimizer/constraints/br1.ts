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
  teams: string[];
  rounds?: number[];
  mode1?: "LEQ" | "EQ";
  mode2: Mode;
  intp: number;
}

/** BR1: each team has at most (or exactly) so many breaks in some rounds. */
export const br1 = robinxType<Parameters>({
  type: "BR1",
  title: "Breaks of a team in some rounds",
  description: "Each of the teams has at most (LEQ) or exactly (EQ) `intp` home breaks, away breaks or breaks in the " +
    "rounds. A break is a round in which a team plays on the same side as in the round before. Deviation, for each team: " +
    "breaks beyond (or short of) `intp`.",
  schema: parameters({
    teams: teamsSchema,
    rounds: roundsSchema,
    mode1: compareSchema,
    mode2: modeSchema,
    intp: { type: "integer", minimum: 0, description: "Number of breaks" },
  }, ["teams", "mode2", "intp"]),
  example: {
    params: { teams: ["KU"], rounds: [2], mode1: "LEQ", mode2: "HA", intp: 0 },
    says: "Kansas does not begin the season with two home or two away games.",
  },
  demands({ teams, rounds, mode1, mode2, intp }, league, head) {
    const slots = slotsOf(league, rounds);
    return teamsOf(league, teams).map((team) => {
      const breaks = breakCells(league, [team], slots, mode2);
      return {
        term: { kind: "breaks", ...head, breaks, min: mode1 === "EQ" ? intp : 0, max: intp },
        explain(state) {
          const found = breaksIn(state, breaks).map(({ slot }) => slot);
          return `${league.teamName(team)} has ${found.length} breaks${
            found.length ? ` (${inSlots(league, found)})` : ""
          }; ` +
            `it should have ${mode1 === "EQ" ? "exactly" : "at most"} ${intp}`;
        },
      };
    });
  },
});
