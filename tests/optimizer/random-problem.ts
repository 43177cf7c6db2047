/** Random leagues for the engine's tests: every kind of term, full and partial round robins. */
import {
  createProblem,
  doubleRoundRobin,
  gameCell,
  type Problem,
  sideCell,
} from "../../shared/optimizer/engine/problem.ts";
import { Random } from "../../shared/optimizer/engine/random.ts";
import type { Term } from "../../shared/optimizer/engine/terms.ts";

type Size = { teams: number; slots: number };

function some(size: number, share: number, random: Random): number[] {
  const chosen = Array.from({ length: size }, (_, k) => k).filter(() => random.unit() < share);
  return chosen.length ? chosen : [random.below(size)];
}

function head(random: Random) {
  return { constraint: random.below(50), weight: 1 + random.below(10), hard: random.unit() < 0.5 };
}

function countTerm(size: Size, random: Random): Term {
  const games: number[] = [], sides: number[] = [];
  for (const a of some(size.teams, 0.4, random)) {
    for (const slot of some(size.slots, 0.3, random)) {
      for (const b of some(size.teams, 0.3, random)) if (a !== b) games.push(gameCell(size, a, b, slot));
      if (random.unit() < 0.3) sides.push(sideCell(size, a, slot, random.unit() < 0.5));
    }
  }
  return { kind: "count", ...head(random), games, sides, min: random.below(3), max: 2 + random.below(5) };
}

function windowTerm(size: Size, random: Random): Term {
  const team = random.below(size.teams), sideOnly = random.unit() < 0.4, home = random.below(2);
  const matches = Uint8Array.from(
    { length: 2 * size.teams },
    (_, code) => sideOnly ? Number((code & 1) === home) : random.below(2),
  );
  const length = 2 + random.below(8);
  return {
    kind: "window",
    ...head(random),
    team,
    matches,
    length,
    min: random.unit() < 0.3 ? 1 : 0,
    max: 1 + random.below(length),
  };
}

function breaksTerm(size: Size, random: Random): Term {
  const breaks = some(size.teams, 0.4, random).flatMap((team) =>
    some(size.slots, 0.7, random).flatMap((
      slot,
    ) => [sideCell(size, team, slot, true), sideCell(size, team, slot, false)])
  );
  return { kind: "breaks", ...head(random), breaks, min: random.below(3), max: 2 + random.below(6) };
}

function otherTerm(size: Size, random: Random): Term {
  const teams = some(size.teams, 0.7, random);
  switch (random.below(5)) {
    case 0:
      return {
        kind: "fairness",
        ...head(random),
        side: (["home", "away", "any"] as const)[random.below(3)],
        teams,
        slots: some(size.slots, 0.8, random),
        max: 1 + random.below(3),
      };
    case 1:
      return { kind: "separation", ...head(random), teams, min: random.below(6), max: 8 + random.below(9) };
    case 2:
      return { kind: "travel", ...head(random), teams, max: random.below(2) * 300 };
    case 3: {
      const team = random.below(size.teams);
      const row = (cells: Int16Array, from: number) =>
        cells.subarray(from, from + size.slots).filter((c) => c % 3 === 0).length;
      return { kind: "row", ...head(random), team, row };
    }
    default: {
      const first = random.below(size.teams), second = (first + 1 + random.below(size.teams - 1)) % size.teams;
      const pair = (meetings: Int16Array, count: number) =>
        count > 0 && meetings[0]! % 2 ? meetings[0]! >> 1 : 3 * count;
      return { kind: "pair", ...head(random), first, second, pair };
    }
  }
}

/** A league with `terms` terms of every kind. */
export function randomProblem(kind: "double" | "phased" | "single" | "partial", random: Random, terms = 60): Problem {
  const teams = 6 + 2 * random.below(4);
  const full = doubleRoundRobin(teams);
  const once = full.filter(({ home, away }) => home < away).map((game) => ({ ...game, free: true }));
  const size = { teams, slots: kind === "single" ? teams + 2 : kind === "partial" ? 3 * teams : 2 * (teams - 1) };
  const games = kind === "single"
    ? once
    : kind === "partial"
    ? [...full.filter(() => random.unit() < 0.6), ...once.filter(() => random.unit() < 0.3)]
    : full;
  const makers = [countTerm, windowTerm, breaksTerm, otherTerm];
  return createProblem({
    ...size,
    games,
    phased: kind === "phased",
    distances: Array.from({ length: teams * teams }, () => random.below(200)),
    terms: Array.from({ length: terms }, (_, k) => makers[k % makers.length]!(size, random)),
  });
}
