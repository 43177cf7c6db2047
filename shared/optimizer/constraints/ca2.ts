import { cellsAgainst, gamesIn } from "./opponents.ts";
import {
  bounds,
  type Demand,
  gamesOf,
  inSlots,
  listed,
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
  teams1: string[];
  teams2: string[];
  rounds?: number[];
  mode1: Mode;
  mode2?: "GLOBAL" | "EVERY";
  min?: number;
  max: number;
}

/** CA2: each team plays a number of games against certain opponents in some rounds. */
export const ca2 = robinxType<Parameters>({
  type: "CA2",
  title: "Games of a team against certain opponents in some rounds",
  description: "Each team of `teams1` plays at least `min` and at most `max` games (of `mode1`) against the teams of " +
    "`teams2` together (GLOBAL) or against each of them (EVERY) in the rounds. Deviation, for each team (and opponent): " +
    "games beyond `max` or short of `min`.",
  schema: parameters({
    teams1: teamsSchema,
    teams2: teamsSchema,
    rounds: roundsSchema,
    mode1: modeSchema,
    mode2: { enum: ["GLOBAL", "EVERY"], description: "Against all opponents together (when left out), or each" },
    min: minSchema,
    max: maxSchema,
  }, ["teams1", "teams2", "mode1", "max"]),
  example: {
    params: { teams1: ["KU"], teams2: ["BU", "TTU", "UH"], rounds: [1, 2, 3], mode1: "A", mode2: "GLOBAL", max: 1 },
    says: "Kansas plays at most one of Baylor, Texas Tech and Houston away in the first three rounds.",
  },
  demands({ teams1, teams2, rounds, mode1, mode2, min, max }, league, head) {
    const slots = slotsOf(league, rounds), opponents = teamsOf(league, teams2);
    const groups = mode2 === "EVERY" ? opponents.map((other) => [other]) : [opponents];
    return teamsOf(league, teams1).flatMap((team) =>
      groups.filter((group) => group.some((other) => other !== team)).map((group): Demand => {
        const games = cellsAgainst(league, [team], group, slots, mode1);
        return {
          term: { kind: "count", ...head, games, min, max },
          explain: (state) =>
            `${league.teamName(team)} plays ${gamesIn(state, games)} ${gamesOf(mode1)} against ` +
            `${listed(group.map((other) => league.teamName(other)))} ${inSlots(league, slots)}; ` +
            `${bounds(min, max)} are allowed`,
        };
      })
    );
  },
});
