import { LeagueError } from "./league-error.ts";

type Pair = readonly [number, number];

/** Mulberry32: a small generator for choices that must be the same each time. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One attempt: the team that lacks most is joined to those that lack most; undefined when stuck. */
function attempt(
  degrees: readonly number[],
  allowed: (i: number, j: number) => boolean,
  required: readonly Pair[],
  random: () => number,
): Pair[] | undefined {
  const n = degrees.length;
  const lacking = [...degrees];
  const joined = new Uint8Array(n * n);
  const edges: Pair[] = [];
  const join = (i: number, j: number) => {
    joined[i * n + j] = joined[j * n + i] = 1;
    lacking[i]!--;
    lacking[j]!--;
    edges.push(i < j ? [i, j] : [j, i]);
  };
  for (const [i, j] of required) if (!joined[i * n + j]) join(i, j);
  if (lacking.some((count) => count < 0)) return undefined;
  for (;;) {
    const most = Math.max(...lacking);
    if (most <= 0) return edges;
    const team = lacking.indexOf(most);
    const others = lacking
      .map((count, other) => ({ other, count, tie: random() }))
      .filter(({ other, count }) => other !== team && count > 0 && allowed(team, other) && !joined[team * n + other])
      .sort((one, other) => other.count - one.count || one.tie - other.tie);
    if (others.length < most) return undefined;
    for (const { other } of others.slice(0, most)) join(team, other);
  }
}

/**
 * Pairs (i < j), each once and all allowed, such that team i is in `degrees[i]` of them; those required are in. The
 * same arguments give the same pairs. Throws a LeagueError when none is found.
 */
export function regularGraph(
  degrees: readonly number[],
  allowed: (i: number, j: number) => boolean,
  required: readonly Pair[],
): Pair[] {
  if (degrees.reduce((sum, degree) => sum + degree, 0) % 2 === 1) {
    throw new LeagueError("invalid_matchup", "games per team times teams must be even");
  }
  for (let seed = 1; seed <= 400; seed++) {
    const found = attempt(degrees, allowed, required, generator(seed));
    if (found) return found.sort(([a, b], [c, d]) => a - c || b - d);
  }
  throw new LeagueError("invalid_matchup", "no pairings give every team this number of games");
}
