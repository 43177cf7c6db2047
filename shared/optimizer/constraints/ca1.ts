import { sideCell } from "../engine/problem.ts";
import {
  bounds,
  gamesOf,
  includes,
  inSlots,
  maxSchema,
  minSchema,
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
  mode: Mode;
  min?: number;
  max: number;
}

/** CA1: each team plays a number of home games, away games or games in some rounds. */
export const ca1 = robinxType<Parameters>({
  type: "CA1",
  title: "Home or away games of a team in some rounds",
  description:
    "Each of the teams plays at least `min` and at most `max` home games, away games or games in the rounds. " +
    "Deviation, for each team: games beyond `max` or short of `min`.",
  schema: parameters(
    { teams: teamsSchema, rounds: roundsSchema, mode: modeSchema, min: minSchema, max: maxSchema },
    ["teams", "mode", "max"],
  ),
  example: {
    params: { teams: ["KU"], rounds: [1], mode: "H", max: 0 },
    says: "Kansas does not play at home in round 1.",
  },
  demands({ teams, rounds, mode, min, max }, league, head) {
    const slots = slotsOf(league, rounds);
    return teamsOf(league, teams).map((team) => {
      const sides = slots.flatMap((slot) =>
        [true, false].filter((home) => includes(mode, home)).map((home) => sideCell(league, team, slot, home))
      );
      return {
        term: { kind: "count", ...head, sides, min, max },
        explain(state) {
          const count = sides.filter((cell) => {
            const code = state.cells[cell >> 1]!;
            return code >= 0 && (code & 1) === (cell & 1);
          }).length;
          return `${league.teamName(team)} plays ${count} ${gamesOf(mode)} ${inSlots(league, slots)}; ` +
            `${bounds(min, max)} are allowed`;
        },
      };
    });
  },
});
