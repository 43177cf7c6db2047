import type { LeagueMatchup, LeagueTeam } from "./league.ts";
import { LeagueError } from "./league-error.ts";
import { regularGraph } from "./matchup-graph.ts";

/**
 * Who meets whom how often.
 *
 * - `single`, `double`: each pair once, twice.
 * - `partial`: `games` per team; every pair as often as all can, the rest to the pairs of `twice` first.
 * - `divisions`: each pair of a division `within` times; `across` games per team against other divisions, spread
 *   over opponents as evenly as can be.
 */
export type Format =
  | { kind: "single" }
  | { kind: "double" }
  | { kind: "partial"; games: number; twice?: readonly (readonly [string, string])[] }
  | { kind: "divisions"; within: number; across: number };

type Team = Pick<LeagueTeam, "id" | "division">;

/** Rounds that the format needs at least: a team plays once a round, and with an odd number of teams one is idle. */
export function roundsNeeded(teams: readonly Team[], format: Format): number {
  const played = new Map<string, number>();
  for (const { home, away } of matchupsOf(teams, format)) {
    for (const id of [home, away]) played.set(id, (played.get(id) ?? 0) + 1);
  }
  const most = Math.max(0, ...played.values());
  const games = [...played.values()].reduce((sum, count) => sum + count, 0) / 2;
  return Math.max(most, Math.ceil(games / Math.floor(teams.length / 2)));
}

/** Meetings of each pair (i < j) at `i * teams + j`. */
function meetings(teams: readonly Team[], format: Format): Uint8Array {
  const n = teams.length;
  const counts = new Uint8Array(n * n);
  const fill = (count: (one: number, other: number) => number) => {
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) counts[i * n + j]! += count(i, j);
  };
  const same = (i: number, j: number) => teams[i]!.division === teams[j]!.division;
  if (format.kind === "single") fill(() => 1);
  else if (format.kind === "double") fill(() => 2);
  else if (format.kind === "partial") {
    spread(counts, n, Array(n).fill(format.games), () => true, pairsOf(teams, format.twice ?? []));
  } else if (format.kind === "divisions") {
    const { within, across } = format;
    fill((i, j) => same(i, j) ? within : 0);
    spread(counts, n, Array(n).fill(across), (i, j) => !same(i, j), []);
  }
  return counts;
}

function pairsOf(teams: readonly Team[], pairs: readonly (readonly [string, string])[]): [number, number][] {
  const index = new Map(teams.map(({ id }, at) => [id, at]));
  return pairs.map(([one, other]) => {
    const [i, j] = [index.get(one), index.get(other)];
    if (i === undefined || j === undefined || i === j) throw new LeagueError("unknown", `no pair ${one}, ${other}`);
    return i < j ? [i, j] : [j, i];
  });
}

/** Adds `degrees[i]` games of each team over the allowed pairs: whole laps, then a graph of the rest. */
function spread(
  counts: Uint8Array,
  n: number,
  degrees: number[],
  allowed: (i: number, j: number) => boolean,
  first: readonly (readonly [number, number])[],
): void {
  const opponents = degrees.map((_, i) => degrees.filter((_, j) => i !== j && allowed(i, j)).length);
  const laps = Math.min(
    ...degrees.map((degree, i) => opponents[i]! ? Math.floor(degree / opponents[i]!) : degree ? 0 : 9),
  );
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) if (allowed(i, j)) counts[i * n + j]! += laps;
  }
  const rest = degrees.map((degree, i) => degree - laps * opponents[i]!);
  for (const [i, j] of regularGraph(rest, allowed, first)) counts[i * n + j]!++;
}

/**
 * Sides of the pairs that meet an odd number of times, so that each team hosts as many of those as it visits, give or
 * take one: edges are oriented along closed walks; a walk between teams of odd degree ends there.
 */
function balancedSides(n: number, edges: readonly (readonly [number, number])[]): [number, number][] {
  const incident: Set<number>[] = Array.from({ length: n + 1 }, () => new Set());
  const ends = edges.map(([i, j]) => [i, j] as [number, number]);
  const add = (edge: number) => ends[edge]!.forEach((team) => incident[team]!.add(edge));
  ends.forEach((_, edge) => add(edge));
  for (let team = 0; team < n; team++) {
    if (incident[team]!.size % 2) add(ends.push([team, n]) - 1);
  }
  const sides: [number, number][] = [];
  for (let start = 0; start <= n; start++) {
    for (let at = start; incident[at]!.size > 0;) {
      const edge: number = incident[at]!.values().next().value!;
      const to: number = ends[edge]![0] === at ? ends[edge]![1] : ends[edge]![0];
      incident[at]!.delete(edge);
      incident[to]!.delete(edge);
      if (edge < edges.length) sides[edge] = [at, to];
      at = to;
    }
  }
  return sides;
}

/**
 * The games of a format, with home sides balanced: pairs that meet an even number of times host each other equally,
 * and what a team hosts of all its games differs from what it visits by at most one.
 *
 * ```ts
 * matchupsOf(teams, { kind: "partial", games: 18, twice: [["KU", "KSU"]] });
 * ```
 */
export function matchupsOf(teams: readonly Team[], format: Format): LeagueMatchup[] {
  const n = teams.length;
  const counts = meetings(teams, format);
  const odd: [number, number][] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) if (counts[i * n + j]! % 2) odd.push([i, j]);
  const sides = new Map(balancedSides(n, odd).map((side, edge) => [odd[edge]![0] * n + odd[edge]![1], side]));
  const games: LeagueMatchup[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const list: [number, number][] = [];
      for (let half = 0; half < counts[i * n + j]! >> 1; half++) list.push([i, j], [j, i]);
      const single = sides.get(i * n + j);
      if (single) list.push(single);
      for (const [home, away] of list) games.push({ home: teams[home]!.id, away: teams[away]!.id });
    }
  }
  return games;
}
