/**
 * The numeric form of a league: teams and slots count from 0, and everything that was a name is an index.
 * A slot is a round of the season; a team plays at most once in a slot.
 */
import type { Term } from "./terms.ts";

export interface Problem {
  /** Number of teams. */
  readonly teams: number;
  /** Number of slots (rounds). */
  readonly slots: number;
  /** Games to be played: home and away team alternating. Their number is games.length / 2. */
  readonly games: Int16Array;
  /** How often two teams meet, at [a * teams + b]; symmetric. */
  readonly meetings: Uint8Array;
  /** How many games `a` must host against `b`, at [a * teams + b]; the rest of their meetings may be played at either. */
  readonly leastHome: Uint8Array;
  /** First meetings all in the first half of the slots, second meetings in the second half. */
  readonly phased: boolean;
  /** Every team meets every other once at home and once away, and plays in every slot. */
  readonly compact: boolean;
  /** No team hosts the same opponent twice, so that one slot a (home, away) says when the game is. */
  readonly single: boolean;
  /** Miles from the place of `a` to the place of `b` at [a * teams + b]; whole numbers. */
  readonly distances: Int32Array;
  /** Day of each slot, counted from the first one. */
  readonly days: Int32Array;
  /** Games of each slot, where they are given. */
  readonly slotGames?: Int16Array;
  readonly terms: readonly Term[];
}

export interface ProblemSpec {
  teams: number;
  slots: number;
  /** [home, away] of each game; a game whose home side may change has `free`. */
  games: readonly { home: number; away: number; free?: boolean }[];
  phased?: boolean;
  distances?: ArrayLike<number>;
  days?: ArrayLike<number>;
  slotGames?: ArrayLike<number>;
  terms?: readonly Term[];
}

/** Index of the game `home` against `away` in `slot`, for {@link CountTerm.games}. */
export function gameCell(problem: { teams: number; slots: number }, home: number, away: number, slot: number): number {
  return (home * problem.teams + away) * problem.slots + slot;
}

/** Index of `team` being at home (or away) in `slot`, for {@link CountTerm.sides} and {@link BreaksTerm.breaks}. */
export function sideCell(problem: { slots: number }, team: number, slot: number, home: boolean): number {
  return (team * problem.slots + slot) * 2 + (home ? 1 : 0);
}

/** Every ordered pair once: the games of a double round robin. */
export function doubleRoundRobin(teams: number): { home: number; away: number }[] {
  const games = [];
  for (let home = 0; home < teams; home++) {
    for (let away = 0; away < teams; away++) if (home !== away) games.push({ home, away });
  }
  return games;
}

/** Derives what the search needs from what the caller knows. A phased league gets its phase as a hard term. */
export function createProblem(spec: ProblemSpec): Problem {
  const { teams, slots } = spec;
  const games = Int16Array.from(spec.games.flatMap(({ home, away }) => [home, away]));
  const meetings = new Uint8Array(teams * teams);
  const leastHome = new Uint8Array(teams * teams);
  for (const { home, away, free } of spec.games) {
    meetings[home * teams + away]!++;
    meetings[away * teams + home]!++;
    if (!free) leastHome[home * teams + away]!++;
  }
  let single = true;
  for (let a = 0; a < teams; a++) {
    for (let b = 0; b < teams; b++) {
      if (meetings[a * teams + b]! - leastHome[b * teams + a]! > 1) single = false;
    }
  }
  const isDouble = games.length === 2 * teams * (teams - 1) &&
    leastHome.every((count, at) => count === (at % (teams + 1) === 0 ? 0 : 1));
  const phase: Term[] = spec.phased ? [{ kind: "phase", constraint: -1, weight: 1, hard: true }] : [];
  return {
    teams,
    slots,
    games,
    meetings,
    leastHome,
    phased: spec.phased ?? false,
    compact: isDouble && slots === 2 * (teams - 1),
    single,
    distances: Int32Array.from(spec.distances ?? new Int32Array(teams * teams)),
    days: Int32Array.from(spec.days ?? Array.from({ length: slots }, (_, slot) => slot)),
    ...(spec.slotGames ? { slotGames: Int16Array.from(spec.slotGames) } : {}),
    terms: [...phase, ...(spec.terms ?? [])],
  };
}
