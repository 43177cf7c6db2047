import type { League, Placement } from "../../../shared/optimizer/league.ts";
import { deviations } from "./deviations.ts";
import { Schedule } from "./schedule.ts";

/** One constraint that is not met, or a soft one that costs something. */
export interface Violation {
  readonly id: string;
  readonly type: string;
  readonly hard: boolean;
  readonly deviation: number;
  /** Deviation times weight. */
  readonly penalty: number;
}

/** What a schedule is worth, counted from its list of games alone. */
export interface Verdict {
  /** What makes it no schedule of this league; empty for a complete one. */
  readonly faults: readonly string[];
  readonly hard: number;
  readonly soft: number;
  /** Pairs that meet twice in one half of a phased league. RobinX counts each for both teams, and so does `hard`. */
  readonly wrongPhases: number;
  readonly violations: readonly Violation[];
}

/**
 * Counts every constraint anew from the list of games. It shares no code with the search, so that a mistake there
 * cannot hide itself here.
 */
export function validate(league: League, games: readonly Placement[]): Verdict {
  const schedule = new Schedule(league, games);
  const violations = league.constraints.filter(({ active }) => active !== false).flatMap((constraint): Violation[] => {
    const { id, type, hard, weight } = constraint;
    const deviation = deviations[type]?.(schedule, constraint.params as never);
    if (deviation === undefined) throw new Error(`the validator does not know the constraint type ${type}`);
    return deviation ? [{ id, type, hard, deviation, penalty: deviation * weight }] : [];
  });
  const cost = (hard: boolean) =>
    violations.filter((violation) => violation.hard === hard).reduce((total, { penalty }) => total + penalty, 0);
  const wrong = league.phased ? wrongPhases(league, games) : 0;
  const phases = wrong ? [{ id: "phased", type: "phased", hard: true, deviation: wrong, penalty: 2 * wrong }] : [];
  return {
    faults: faultsOf(league, games),
    hard: cost(true) + 2 * wrong,
    soft: cost(false),
    wrongPhases: wrong,
    violations: [...phases, ...violations],
  };
}

/** Pairs whose two meetings are in the same half of the season. */
function wrongPhases(league: League, games: readonly Placement[]): number {
  const half = league.rounds[league.rounds.length / 2]!.number;
  const first = new Map<string, number>();
  for (const { home, away, round } of games) {
    const pair = [home, away].sort().join(" ");
    first.set(pair, (first.get(pair) ?? 0) + (round < half ? 1 : 0));
  }
  return [...first.values()].filter((count) => count !== 1).length;
}

function faultsOf(league: League, games: readonly Placement[]): string[] {
  const faults: string[] = [];
  const placed = new Map<number, number>();
  const busy = new Set<string>();
  const rounds = new Set(league.rounds.map(({ number }) => number));
  for (const { matchup, round, home, away } of games) {
    placed.set(matchup, (placed.get(matchup) ?? 0) + 1);
    const asked = league.matchups[matchup];
    const same = asked?.home === home && asked.away === away;
    const flipped = asked?.home === away && asked.away === home && !asked.fixed;
    if (!same && !flipped) faults.push(`game ${matchup} is not ${home} against ${away}`);
    if (!rounds.has(round)) faults.push(`there is no round ${round}`);
    for (const team of [home, away]) {
      const key = `team ${team} plays twice in round ${round}`;
      if (busy.has(key)) faults.push(key);
      busy.add(key);
    }
  }
  league.matchups.forEach(({ home, away }, matchup) => {
    const times = placed.get(matchup) ?? 0;
    if (times !== 1) faults.push(`the game of ${home} against ${away} is placed ${times} times`);
  });
  return faults;
}
