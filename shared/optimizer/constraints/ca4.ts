import { cellsAgainst, gamesIn } from "./opponents.ts";
import {
  bounds,
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

/** CA4: a group of teams plays a number of games against another group in some rounds. */
export const ca4 = robinxType<Parameters>({
  type: "CA4",
  title: "Games between two groups of teams in some rounds",
  description:
    "The teams of `teams1` together play at least `min` and at most `max` games (of `mode1`) against teams of " +
    "`teams2` in the rounds together (GLOBAL) or in each of them (EVERY). Deviation (for each round): games beyond `max` " +
    "or short of `min`.",
  schema: parameters({
    teams1: teamsSchema,
    teams2: teamsSchema,
    rounds: roundsSchema,
    mode1: modeSchema,
    mode2: { enum: ["GLOBAL", "EVERY"], description: "In all rounds together (when left out), or in each" },
    min: minSchema,
    max: maxSchema,
  }, ["teams1", "teams2", "mode1", "max"]),
  example: {
    params: {
      teams1: ["KU", "KSU"],
      teams2: ["ISU", "BU"],
      rounds: [4, 5],
      mode1: "H",
      mode2: "EVERY",
      max: 1,
    },
    says: "In rounds 4 and 5 only one of Kansas and Kansas State hosts Iowa State or Baylor.",
  },
  demands({ teams1, teams2, rounds, mode1, mode2, min, max }, league, head) {
    const slots = slotsOf(league, rounds), first = teamsOf(league, teams1), second = teamsOf(league, teams2);
    return (mode2 === "EVERY" ? slots.map((slot) => [slot]) : [slots]).map((group) => {
      const games = cellsAgainst(league, first, second, group, mode1);
      return {
        term: { kind: "count", ...head, games, min, max },
        explain: (state) =>
          `${listed(first.map((team) => league.teamName(team)))} play ${gamesIn(state, games)} ${gamesOf(mode1)} ` +
          `against ${listed(second.map((team) => league.teamName(team)))} ${inSlots(league, group)}; ` +
          `${bounds(min, max)} are allowed`,
      };
    });
  },
});
