import type { League, LeagueConstraint, LeagueMatchup } from "../../../shared/optimizer/league.ts";
import { StackError } from "../../stack/errors.ts";
import { readConstraints } from "./constraints.ts";
import { readGroups } from "./groups.ts";
import { child, children, type Element, listOf, parseXml, required, textOf, wholeNumber } from "./xml.ts";

/** A RobinX instance: its name, the league it describes and the ids its slots have in the file. */
export interface Instance {
  readonly name: string;
  readonly league: League;
  /** The file's slot id of each round, in the order of rounds. */
  readonly slots: readonly string[];
}

/**
 * Reads an instance of the kinds ITC 2021 (soft constraints, `SC`) and travelling tournament (distance, `TR`): one
 * league, a time-constrained single or multiple round robin. A {@link StackError} says in one sentence what cannot be
 * read.
 */
export function readInstance(text: string): Instance {
  const root = parseXml(text, "Instance");
  const name = textOf(child(root, "MetaData"), "InstanceName") ?? "unnamed";
  const groups = readGroups(root);
  const teams = groups.teams;
  if (teams.length < 4 || teams.length % 2) {
    throw new StackError(`${name} has ${teams.length} teams: an even number of at least four is needed.`);
  }
  const format = child(root, "Structure", "Format");
  const times = readTimes(format, name);
  const symmetry = readSymmetry(format, name, times);
  const slots = groups.slots;
  if (slots.length !== times * (teams.length - 1)) {
    throw new StackError(
      `${name} has ${slots.length} slots: ${teams.length} teams meeting ${times} times need ${
        times * (teams.length - 1)
      }.`,
    );
  }
  const objective = textOf(child(root, "ObjectiveFunction"), "Objective") ?? "SC";
  if (objective !== "SC" && objective !== "TR") {
    throw new StackError(`${name} has the objective ${objective}: SC and TR are known.`);
  }
  const ids = teams.map(({ id }) => id);
  return {
    name,
    slots,
    league: {
      teams,
      rounds: slots.map((_, at) => ({ number: at + 1 })),
      matchups: matchupsOf(ids, times),
      ...(symmetry === "P" ? { phased: true } : {}),
      ...(objective === "TR" ? { distances: readDistances(root, ids) } : {}),
      constraints: [
        ...readConstraints(root, groups),
        ...(symmetry === "M" ? [mirrored(ids, slots.length / times)] : []),
        ...(objective === "TR" ? [travel] : []),
      ],
    },
  };
}

const travel = { id: "travel", type: "travel_distance", params: { unit: 1 }, hard: false, weight: 1 };

function readTimes(format: Element, name: string): number {
  const leagues = listOf(textOf(format, "leagueIds"));
  if (leagues.length > 1) throw new StackError(`${name} has ${leagues.length} leagues: one is supported.`);
  const compactness = textOf(format, "compactness");
  if (compactness !== undefined && compactness !== "C") {
    throw new StackError(`${name} has the compactness ${compactness}: C (time-constrained) is supported.`);
  }
  const times = wholeNumber(format, "numberRoundRobin", "<Format>");
  if (times < 1 || times > 4) throw new StackError(`${name} has ${times} round robins: one to four are supported.`);
  return times;
}

/** `P` for phased, `M` for mirrored; undefined when second meetings may stand anywhere. */
function readSymmetry(format: Element, name: string, times: number): "P" | "M" | undefined {
  const mode = textOf(format, "gameMode") || "NULL";
  if (mode === "NULL") return undefined;
  if ((mode === "P" || mode === "M") && times === 2) return mode;
  throw new StackError(`${name} has the game mode ${mode}: P and M of double round robins are supported.`);
}

/** The second half repeats the first: who meets in one round meets in the round half a season later. */
function mirrored(teams: string[], half: number): LeagueConstraint {
  const pairs = Array.from({ length: half }, (_, at) => [at + 1, at + 1 + half]);
  return { id: "mirrored", type: "SE2", params: { teams, pairs }, hard: true, weight: 1 };
}

/** Each pair meets `times` times, home and away in turn; the last of an odd number may be played at either. */
function matchupsOf(ids: readonly string[], times: number): LeagueMatchup[] {
  const matchups: LeagueMatchup[] = [];
  ids.forEach((one, at) => {
    for (const other of ids.slice(at + 1)) {
      for (let time = 0; time < times; time++) {
        const fixed = time + 1 < times || times % 2 === 0;
        const [home, away] = time % 2 ? [other, one] : [one, other];
        matchups.push(fixed ? { home, away, fixed } : { home, away });
      }
    }
  });
  return matchups;
}

function readDistances(root: Element, ids: readonly string[]): number[][] {
  const at = new Map(ids.map((id, index) => [id, index]));
  const matrix = ids.map(() => ids.map(() => NaN));
  ids.forEach((_, index) => matrix[index]![index] = 0);
  for (const entry of children(child(root, "Data", "Distances"), "distance")) {
    const [from, to] = ["team1", "team2"].map((name) => at.get(required(entry, name, "<distance>")));
    if (from === undefined || to === undefined) throw new StackError("a <distance> names a team that is not there.");
    matrix[from]![to] = wholeNumber(entry, "dist", "<distance>");
  }
  for (const [from, row] of matrix.entries()) {
    const to = row.findIndex(Number.isNaN);
    if (to >= 0) throw new StackError(`there is no <distance> from team ${ids[from]} to team ${ids[to]}.`);
  }
  return matrix;
}
