import { distanceMatrix } from "../distances.ts";
import type { League, LeagueConstraint } from "../league.ts";
import type { TravelProblem } from "./timetable.ts";

/** A travelling tournament: what the search works on, and what its numbers mean to the caller. */
export interface Tournament {
  readonly problem: TravelProblem;
  /** Soft penalty of one unit of the problem's distance. */
  readonly unit: number;
}

interface Parameters {
  readonly teams?: readonly string[];
  readonly teams1?: readonly string[];
  readonly teams2?: readonly string[];
  readonly mode1?: string;
  readonly intp?: number;
  readonly min?: number;
  readonly max?: number;
  readonly unit?: number;
  readonly maximum_per_team?: number;
  readonly home_after_days?: number;
  readonly pairs?: readonly (readonly number[])[];
}

/**
 * The league as a travelling tournament, when it consists of nothing else: a double round robin in which every team
 * plays in every round, travel to be short, at most so many home or away games in a row, no rematch in the next
 * round, a mirrored second half. Otherwise undefined.
 */
export function tournamentOf(league: League): Tournament | undefined {
  const teams = league.teams.length;
  if (league.phased || !isDoubleRoundRobin(league)) return undefined;
  const most = { home: Infinity, away: Infinity };
  let [repeats, mirrored, travel] = [true, false, 0];
  for (const constraint of league.constraints) {
    if (constraint.active === false) continue;
    const params = constraint.params as Parameters;
    if (isTravel(league, constraint, params)) travel += constraint.weight / (params.unit ?? 100);
    else if (isRun(league, constraint, params)) {
      const side = params.mode1 === "H" ? "home" : "away";
      most[side] = Math.min(most[side], params.max!);
    } else if (isNoRepeat(league, constraint, params)) repeats = false;
    else if (isMirror(league, constraint, params)) mirrored = true;
    else return undefined;
  }
  if (!travel) return undefined;
  const miles = distanceMatrix(league.teams, league.distances);
  const scale = scaleOf(miles);
  return {
    problem: {
      teams,
      distance: Int32Array.from(miles, (value) => Math.round(value * scale)),
      mostHome: most.home,
      mostAway: most.away,
      repeats,
      mirrored,
    },
    unit: travel / scale,
  };
}

function isDoubleRoundRobin({ teams, rounds, matchups }: League): boolean {
  const count = teams.length;
  if (count < 4 || count % 2 || rounds.length !== 2 * (count - 1) || matchups.length !== count * (count - 1)) {
    return false;
  }
  const games = new Set(matchups.map(({ home, away }) => `${home}\n${away}`));
  return games.size === matchups.length && matchups.every(({ neutral, venue }) => !neutral && venue === undefined);
}

const everyone = (league: League, teams: readonly string[] | undefined) =>
  teams === undefined || new Set(teams).size === league.teams.length;

function isTravel(league: League, { type, hard }: LeagueConstraint, params: Parameters): boolean {
  return type === "travel_distance" && !hard && everyone(league, params.teams) &&
    params.maximum_per_team === undefined && params.home_after_days === undefined;
}

function isRun(league: League, { type, hard }: LeagueConstraint, params: Parameters): boolean {
  return type === "CA3" && hard && everyone(league, params.teams1) && everyone(league, params.teams2) &&
    params.mode1 !== "HA" && !params.min && params.max! > 0 && params.intp === params.max! + 1;
}

function isNoRepeat(league: League, { type, hard }: LeagueConstraint, params: Parameters): boolean {
  return type === "SE1" && hard && everyone(league, params.teams) && params.min === 1;
}

/** Every round of the first half is paired with the one half a season later. */
function isMirror(league: League, { type, hard }: LeagueConstraint, { teams, pairs = [] }: Parameters): boolean {
  const half = league.rounds.length / 2;
  const pair = (at: number) => `${league.rounds[at]!.number} ${league.rounds[at + half]!.number}`;
  const named = new Set(pairs.map((rounds) => rounds.join(" ")));
  return type === "SE2" && hard && everyone(league, teams) && named.size === half &&
    Array.from({ length: half }, (_, at) => pair(at)).every((name) => named.has(name));
}

/** Whole distances stay as they are, others are made fine; a season's sum stays below 2^30 in either case. */
function scaleOf(miles: Float64Array): number {
  const teams = Math.sqrt(miles.length);
  const finest = 2 ** 30 / (Math.max(1, ...miles) * teams * 2 * teams);
  return Math.min(miles.every(Number.isInteger) ? 1 : 100, finest);
}
