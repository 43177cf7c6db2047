import type { State } from "../engine/state.ts";
import {
  bounds,
  type Demand,
  gamesOf,
  includes,
  listed,
  maxSchema,
  minSchema,
  type Mode,
  modeSchema,
  parameters,
  robinxType,
  teamsOf,
  teamsSchema,
} from "./robinx.ts";

interface Parameters {
  teams1: string[];
  teams2: string[];
  mode1: Mode;
  mode2?: "SLOTS" | "GAMES";
  intp: number;
  min?: number;
  max: number;
}

/** First slots of the runs that are out of bounds. */
function badRuns(state: State, team: number, matches: Uint8Array, { intp, min = 0, max }: Parameters): number[] {
  const row = state.cells.subarray(team * state.slots, (team + 1) * state.slots);
  return [...Array(Math.max(0, state.slots - intp + 1)).keys()].filter((start) => {
    const count = row.subarray(start, start + intp).filter((code) => code >= 0 && matches[code]).length;
    return count > max || count < min;
  });
}

/** Number of matching games in every run of `intp` games, byes left out; summed deviation. */
function byGames(matches: Uint8Array, slots: number, { intp, min = 0, max }: Parameters) {
  return (cells: Int16Array, from: number): number => {
    const played: number[] = [];
    for (let cell = from; cell < from + slots; cell++) if (cells[cell]! >= 0) played.push(matches[cells[cell]!]!);
    let sum = 0;
    for (let start = 0; start + intp <= played.length; start++) {
      let count = 0;
      for (let k = start; k < start + intp; k++) count += played[k]!;
      sum += Math.max(0, count - max) + Math.max(0, min - count);
    }
    return sum;
  };
}

/** CA3: each team plays a number of games against certain opponents in any run of rounds. */
export const ca3 = robinxType<Parameters>({
  type: "CA3",
  title: "Games of a team against certain opponents in a row",
  description:
    "Each team of `teams1` plays at least `min` and at most `max` games (of `mode1`) against teams of `teams2` " +
    "in every run of `intp` rounds (SLOTS) or of its games (GAMES). Deviation, for each team: summed over the runs, games " +
    "beyond `max` or short of `min`.",
  schema: parameters({
    teams1: teamsSchema,
    teams2: teamsSchema,
    mode1: modeSchema,
    mode2: { enum: ["SLOTS", "GAMES"], description: "Runs of rounds (when left out) or of games" },
    intp: { type: "integer", minimum: 1, description: "Rounds (or games) in a run" },
    min: minSchema,
    max: maxSchema,
  }, ["teams1", "teams2", "mode1", "intp", "max"]),
  example: {
    params: { teams1: ["KU"], teams2: ["BU", "TTU", "UH"], mode1: "HA", mode2: "SLOTS", intp: 4, max: 2 },
    says: "Kansas meets Baylor, Texas Tech and Houston at most twice in any four rounds.",
  },
  demands(params, league, head) {
    const { teams1, teams2, mode1, mode2, intp, min, max } = params;
    const opponents = teamsOf(league, teams2);
    return teamsOf(league, teams1).map((team): Demand => {
      const matches = new Uint8Array(2 * league.teams);
      for (const other of opponents) {
        for (const home of [true, false]) {
          if (other !== team && includes(mode1, home)) matches[other * 2 + Number(home)] = 1;
        }
      }
      return {
        term: mode2 === "GAMES"
          ? { kind: "row", ...head, team, row: byGames(matches, league.slots, params) }
          : { kind: "window", ...head, team, matches, length: intp, min, max },
        explain(state) {
          const runs = badRuns(state, team, matches, params).map((slot) => league.slotName(slot));
          const against = opponents.length >= league.teams - 1
            ? ""
            : ` against ${listed(opponents.map((other) => league.teamName(other)))}`;
          return `${league.teamName(team)} has ${bounds(min, max)} ${gamesOf(mode1)}${against} in any ${intp} ` +
            `${mode2 === "GAMES" ? "games" : "rounds"}, but not in those from ${listed(runs)} on`;
        },
      };
    });
  },
});
