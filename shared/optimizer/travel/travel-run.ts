import type { League, Placement } from "../league.ts";
import type { Progress, Run, RunOptions } from "../run.ts";
import { type Tournament, tournamentOf } from "./recognize.ts";
import { TravelSearch } from "./search.ts";

/** Starts the travelling search, or answers undefined when the league is no travelling tournament. */
export function startTravelRun(league: League, { seed, evaluations, from }: RunOptions): Run | undefined {
  const tournament = tournamentOf(league);
  if (!tournament) return undefined;
  const codes = from && codesOf(league, tournament, from);
  return new TravelRun(league, tournament, new TravelSearch(tournament.problem, seed, evaluations, codes));
}

/** Takes up a run from what its `save` gave. */
export function resumeTravelRun(league: League, saved: Uint8Array): Run | undefined {
  const tournament = tournamentOf(league);
  return tournament && new TravelRun(league, tournament, TravelSearch.resume(tournament.problem, saved));
}

class TravelRun implements Run {
  constructor(
    private readonly league: League,
    private readonly tournament: Tournament,
    private readonly search: TravelSearch,
  ) {}

  advance(evaluations: number): Progress {
    const { search, tournament } = this;
    search.advance(evaluations);
    return {
      evaluations: search.evaluated,
      of: search.of,
      best: { hard: search.best.faults, soft: search.best.miles * tournament.unit },
      done: search.done,
    };
  }

  save(): Uint8Array {
    return this.search.save();
  }

  best(): Placement[] {
    return placementsOf(this.league, this.search.bestCodes());
  }

  retarget(evaluations: number): void {
    this.search.of = Math.max(evaluations, this.search.evaluated);
  }

  offer(placements: readonly Placement[]): void {
    const codes = codesOf(this.league, this.tournament, placements);
    if (codes) this.search.offer(codes);
  }
}

/** The cells of a schedule; undefined when it is not complete, or not mirrored as it should be. */
function codesOf(
  { teams, rounds }: League,
  { problem }: Tournament,
  placements: readonly Placement[],
): Int16Array | undefined {
  const team = new Map(teams.map(({ id }, index) => [id, index]));
  const slot = new Map(rounds.map(({ number }, index) => [number, index]));
  const codes = new Int16Array(teams.length * rounds.length).fill(-1);
  for (const { home, away, round } of placements) {
    const one = team.get(home), other = team.get(away), at = slot.get(round);
    if (one === undefined || other === undefined || at === undefined) return undefined;
    codes[one * rounds.length + at] = other * 2 + 1;
    codes[other * rounds.length + at] = one * 2;
  }
  const rows = teams.map((_, at) => codes.subarray(at * rounds.length, (at + 1) * rounds.length));
  const whole = rows.every((row) => !row.includes(-1) && new Set(row).size === row.length);
  const half = rounds.length / 2;
  const mirrored = rows.every((row) => row.subarray(half).every((code, at) => code === (row[at]! ^ 1)));
  return whole && (mirrored || !problem.mirrored) ? codes : undefined;
}

function placementsOf({ teams, rounds, matchups }: League, codes: Int16Array): Placement[] {
  const matchup = new Map(matchups.map(({ home, away }, index) => [`${home}\n${away}`, index]));
  const placements: Placement[] = [];
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (!(code & 1)) continue;
    const home = teams[Math.floor(at / rounds.length)]!.id, away = teams[code >> 1]!.id;
    placements.push({
      matchup: matchup.get(`${home}\n${away}`)!,
      round: rounds[at % rounds.length]!.number,
      home,
      away,
    });
  }
  return placements;
}
