import { LeagueError } from "./league-error.ts";
import { distanceMatrix, type Distances } from "./distances.ts";

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

/** How the games fill the rounds: `compact` when every team plays in every round. */
export type Shape = "single" | "double" | "partial";

/** A league in numbers: teams, rounds (slots) and matchups (games) are indexes from 0. */
export interface Problem {
  readonly league: League;
  readonly teams: number;
  readonly slots: number;
  readonly games: number;
  /** Sides of each game as given. */
  readonly home: Int16Array;
  readonly away: Int16Array;
  /** 1 where the sides may not be exchanged. */
  readonly fixed: Uint8Array;
  readonly neutral: Uint8Array;
  /** Games of the pair (i, j) at `i * teams + j` and at `j * teams + i`, ascending. */
  readonly pairGames: readonly (readonly number[])[];
  /** Games of each team, ascending. */
  readonly teamGames: readonly (readonly number[])[];
  readonly shape: Shape;
  readonly compact: boolean;
  readonly phased: boolean;
  /** Whether rounds have dates. */
  readonly dated: boolean;
  /** Days since 1970-01-01 of each slot; without dates a week apart. */
  readonly days: Int32Array;
  /** Miles from team to team, `from * teams + to`. */
  readonly distance: Float64Array;
  /** The number of each round, by slot. */
  readonly roundNumbers: Int32Array;
  teamIndex(id: string): number;
  /** Slot of a round's number. */
  slotOf(round: number): number;
}

const isoDay = /^\d{4}-\d{2}-\d{2}$/;

/** Days since 1970-01-01 of an ISO day. */
export function dayNumber(date: string): number {
  const time = isoDay.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN;
  if (Number.isNaN(time)) throw new LeagueError("invalid_date", `${date} is no ISO day`);
  return Math.round(time / 86_400_000);
}

/** ISO day of a day number. */
export const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** 0 for Sunday to 6 for Saturday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

function indexed<Key extends string | number>(keys: readonly Key[], what: string): (key: Key) => number {
  const found = new Map(keys.map((key, index) => [key, index]));
  if (found.size < keys.length) throw new LeagueError("duplicate", `a ${what} is there twice`);
  return (key) => {
    const index = found.get(key);
    if (index === undefined) throw new LeagueError("unknown", `there is no ${what} ${key}`);
    return index;
  };
}

function slotDays(rounds: readonly LeagueRound[]): { dated: boolean; days: Int32Array } {
  const dated = rounds.length > 0 && rounds.every(({ date }) => date !== undefined);
  if (!dated && rounds.some(({ date }) => date !== undefined)) {
    throw new LeagueError("invalid_rounds", "rounds have dates all or none");
  }
  const days = Int32Array.from(rounds, ({ date }, slot) => dated ? dayNumber(date!) : slot * 7);
  for (let slot = 1; slot < rounds.length; slot++) {
    if (rounds[slot]!.number <= rounds[slot - 1]!.number || days[slot]! < days[slot - 1]!) {
      throw new LeagueError("invalid_rounds", "rounds ascend by number and by date");
    }
  }
  return { dated, days };
}

/** Whether each pair meets once, or twice with each side at home once, or neither. */
function shapeOf(teams: number, pairGames: readonly (readonly number[])[], home: Int16Array): Shape {
  let most = 0;
  let least = Infinity;
  let split = true;
  for (let one = 0; one < teams; one++) {
    for (let other = one + 1; other < teams; other++) {
      const games = pairGames[one * teams + other]!;
      most = Math.max(most, games.length);
      least = Math.min(least, games.length);
      if (games.length === 2 && home[games[0]!] === home[games[1]!]) split = false;
    }
  }
  if (least !== most) return "partial";
  return most === 1 ? "single" : most === 2 && split ? "double" : "partial";
}

/**
 * A league in numbers. Throws a LeagueError for what cannot be one: unknown teams, a team against itself, rounds out
 * of order, more games of a team than rounds.
 *
 * ```ts
 * const problem = compileLeague({ teams, rounds, matchups, constraints: [] });
 * problem.distance[problem.teamIndex("KU") * problem.teams + problem.teamIndex("KSU")]; // 74
 * ```
 */
export function compileLeague(league: League): Problem {
  const teams = league.teams.length;
  const slots = league.rounds.length;
  const games = league.matchups.length;
  const teamIndex = indexed(league.teams.map(({ id }) => id), "team");
  const slotOf = indexed(league.rounds.map(({ number }) => number), "round");
  const home = Int16Array.from(league.matchups, ({ home }) => teamIndex(home));
  const away = Int16Array.from(league.matchups, ({ away }) => teamIndex(away));
  const pairGames: number[][] = Array.from({ length: teams * teams }, () => []);
  const teamGames: number[][] = Array.from({ length: teams }, () => []);
  for (let game = 0; game < games; game++) {
    const [one, other] = [home[game]!, away[game]!];
    if (one === other) throw new LeagueError("invalid_matchup", `${league.teams[one]!.name} cannot play itself`);
    pairGames[one * teams + other]!.push(game);
    pairGames[other * teams + one]!.push(game);
    teamGames[one]!.push(game);
    teamGames[other]!.push(game);
  }
  const crowded = teamGames.findIndex((list) => list.length > slots);
  if (crowded >= 0) {
    const { name } = league.teams[crowded]!;
    throw new LeagueError("too_few_rounds", `${name} has ${teamGames[crowded]!.length} games in ${slots} rounds`);
  }
  const shape = shapeOf(teams, pairGames, home);
  return {
    league,
    teams,
    slots,
    games,
    home,
    away,
    fixed: Uint8Array.from(league.matchups, ({ fixed, neutral }) => fixed || neutral ? 1 : 0),
    neutral: Uint8Array.from(league.matchups, ({ neutral }) => neutral ? 1 : 0),
    pairGames,
    teamGames,
    shape,
    compact: teamGames.every((list) => list.length === slots),
    phased: league.phased === true && shape === "double",
    ...slotDays(league.rounds),
    distance: distanceMatrix(league.teams, league.distances),
    roundNumbers: Int32Array.from(league.rounds, ({ number }) => number),
    teamIndex,
    slotOf,
  };
}
