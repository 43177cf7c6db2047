import { constraintType } from "./constraints/catalog.ts";
import { paramFault } from "./constraints/params.ts";
import type { Distances } from "./distances.ts";
import { createProblem, type Problem, sideCell } from "./engine/problem.ts";
import type { CountTerm, Term } from "./engine/terms.ts";
import { LeagueError } from "./league-error.ts";
import { Season } from "./season.ts";

export { LeagueError } from "./league-error.ts";

/** A team as the caller knows it. Latitude and longitude are degrees. */
export interface LeagueTeam {
  id: string;
  name: string;
  division?: string;
  venue?: string;
  latitude?: number;
  longitude?: number;
  /** Seats of the home venue. */
  capacity?: number;
}

/** One slot of the season. A team plays at most once in it. */
export interface LeagueRound {
  number: number;
  /** ISO day. Rounds have dates all or none. */
  date?: string;
  /** Games of the round, when that is given; rounds have this all or none. */
  games?: number;
}

/** A game to be played. */
export interface LeagueMatchup {
  home: string;
  away: string;
  venue?: string;
  /** The home side may not flip. */
  fixed?: boolean;
  neutral?: boolean;
}

/** A constraint as it is stored; `params` are those of its type. */
export interface LeagueConstraint {
  id: string;
  type: string;
  params: unknown;
  hard: boolean;
  /** Cost of one unit of deviation. */
  weight: number;
  active?: boolean;
  name?: string;
}

/** A broadcast window: what one game in it is worth, and how good a game it must have (0..1). */
export interface LeagueWindow {
  id: string;
  name: string;
  value: number;
  minimumQuality?: number;
}

/** All that a caller says about a season. Ids are the caller's; rounds count from 1. */
export interface League {
  teams: readonly LeagueTeam[];
  rounds: readonly LeagueRound[];
  matchups: readonly LeagueMatchup[];
  /** Double round robin: first meetings all before second ones. */
  phased?: boolean;
  /** Miles; from latitude and longitude when absent. */
  distances?: Distances;
  constraints: readonly LeagueConstraint[];
  windows?: readonly LeagueWindow[];
}

/** Where a game stands. `matchup` is its index in `League.matchups`. */
export interface Placement {
  matchup: number;
  round: number;
  home: string;
  away: string;
  /** The caller's id of the game. */
  game?: string;
}

/** What a caller's weights are multiplied by for the engine, whose penalties are whole and bounded. */
export interface Scales {
  readonly hard: number;
  readonly soft: number;
}

/** A league in numbers, and the way back. */
export interface CompiledLeague {
  readonly league: League;
  readonly season: Season;
  /** For the engine; the constraint of a term is an index into `league.constraints`, -1 what the format asks. */
  readonly problem: Problem;
  /** The engine's penalties divided by these are the caller's. */
  readonly scales: Scales;
}

/** The least of 1, 10, 100, 1000 that makes all weights whole, or what keeps the greatest at `most`. */
function scaleOf(weights: readonly number[], most: number): number {
  const whole = (scale: number) =>
    weights.every((weight) => Math.abs(weight * scale - Math.round(weight * scale)) < 1e-6);
  const scale = [1, 10, 100].find(whole) ?? 1000;
  return Math.min(scale, most / Math.max(1, ...weights));
}

/**
 * Home games of each team, as near to half of its games as the matchups have them: where sides are free the search may
 * exchange them, and no team may lose by it.
 */
function homeTerms(season: Season): Term[] {
  return season.teamGames.map((games, team): CountTerm => {
    const hosted = games.filter((game) => season.home[game] === team).length;
    const sides = Array.from({ length: season.slots }, (_, slot) => sideCell(season, team, slot, true));
    const balanced = Math.abs(2 * hosted - games.length) <= 1;
    const [min, max] = balanced ? [Math.floor(games.length / 2), Math.ceil(games.length / 2)] : [hosted, hosted];
    return { kind: "count", constraint: -1, weight: 1, hard: true, sides, min, max };
  });
}

/** The number of games of each round, where it is given. */
function sizeTerms(season: Season): Term[] {
  return (season.slotGames ?? []).map((count, slot): CountTerm => {
    const sides = Array.from({ length: season.teams }, (_, team) => sideCell(season, team, slot, true));
    return { kind: "count", constraint: -1, weight: 1, hard: true, sides, min: count, max: count };
  });
}

function termsOf(season: Season, constraint: LeagueConstraint, index: number, scales: Scales): Term[] {
  const definition = constraintType(constraint.type);
  if (!definition) throw new LeagueError("unknown", `there is no constraint type ${constraint.type}`);
  const fault = paramFault(definition.schema, constraint.params);
  if (fault) throw new LeagueError("invalid_params", `${constraint.name ?? constraint.type}: ${fault}`);
  const { hard, weight } = constraint;
  const scaled = Math.max(1, Math.round(weight * (hard ? scales.hard : scales.soft)));
  const head = { constraint: index, weight: scaled, hard };
  return definition.compile(constraint.params, season, head);
}

/** Sides that may change: the games that a pair has beyond an equal number each, unless one of them is fixed. */
function freeSides(season: Season): boolean[] {
  const balance = new Map<string, number>();
  const key = (game: number) => `${season.home[game]} ${season.away[game]}`;
  const back = (game: number) => `${season.away[game]} ${season.home[game]}`;
  for (let game = 0; game < season.games; game++) balance.set(key(game), (balance.get(key(game)) ?? 0) + 1);
  return season.league.matchups.map(({ fixed, neutral }, game) =>
    !fixed && !neutral && (balance.get(key(game)) ?? 0) > (balance.get(back(game)) ?? 0)
  );
}

/**
 * A league for the engine. Throws a LeagueError for what is no league, and for constraints that name what it has not.
 *
 * ```ts
 * const { problem, season } = compileLeague({ teams, rounds, matchups, constraints: [] });
 * season.distance(season.team("KU"), season.team("KSU")); // 74
 * ```
 */
export function compileLeague(league: League): CompiledLeague {
  const season = new Season(league);
  const active = league.constraints.map((constraint, index) => ({ constraint, index }))
    .filter(({ constraint }) => constraint.active !== false && (constraint.hard || constraint.weight > 0));
  const weights = (hard: boolean) =>
    active.filter(({ constraint }) => constraint.hard === hard).map(({ constraint }) => constraint.weight);
  const scales = { hard: scaleOf(weights(true), 1000), soft: scaleOf(weights(false), 10_000) };
  const free = freeSides(season);
  const terms = active.flatMap(({ constraint, index }) => termsOf(season, constraint, index, scales));
  const games = league.matchups.map((_, game) => ({
    home: season.home[game]!,
    away: season.away[game]!,
    free: free[game]!,
  }));
  const problem = createProblem({
    teams: season.teams,
    slots: season.slots,
    games,
    phased: league.phased ?? false,
    distances: season.miles.map(Math.round),
    days: season.days.map((day) => day - season.days[0]!),
    slotGames: season.slotGames,
    terms: [...sizeTerms(season), ...(free.includes(true) ? homeTerms(season) : []), ...terms],
  });
  return { league, season, problem, scales };
}
