/** Published seasons taken in as they are: every clash in them is found, and none is invented. */
import { type Analysis, analyze, type TimedPlacement } from "../../shared/optimizer/analysis/mod.ts";
import { Random } from "../../shared/optimizer/engine/random.ts";
import type { League } from "../../shared/optimizer/league.ts";
import { type Published, readBasketball } from "./season-data.ts";
import { campusRules, readFootball } from "./season-football.ts";

/** Each clash and each broken hard constraint, in one line. */
function faultsOf({ clashes, constraints }: Analysis): string[] {
  return [
    ...clashes.map(({ kind, explanation }) => `${kind}: ${explanation}`),
    ...constraints.filter(({ hard }) => hard).flatMap(({ violations }) =>
      violations.map(({ explanation }) => explanation)
    ),
  ].sort();
}

interface Planted {
  league: League;
  placements: readonly TimedPlacement[];
  what: string;
  /** A fault that must be told, as a pattern. */
  told: RegExp;
}

/** The season with one fault put in by hand: who is moved, and where to. */
function plant(
  published: Published & { placements: readonly TimedPlacement[] },
  kind: number,
  random: Random,
): Planted {
  const { league, placements } = published;
  const names = new Map(league.teams.map(({ id, name }) => [id, name]));
  const one = placements[random.below(placements.length)]!;
  const moved = (round: number, startsAt?: string) =>
    placements.map((other) => other === one ? { ...other, round, ...(startsAt ? { startsAt } : {}) } : other);
  if (kind === 0) {
    const busy = placements.find((other) => other !== one && other.round !== one.round && other.home === one.home)!;
    const told = new RegExp(`^team_twice: (${names.get(one.home)}|${names.get(one.away)}) plays twice`);
    return { league, placements: moved(busy.round, "2000-01-01T00:00:00Z"), what: "a team twice on a day", told };
  }
  if (kind === 1) {
    const other = placements.find((two) =>
      two.round === one.round && new Set([one.home, one.away, two.home, two.away]).size === 4
    );
    if (!other) return plant(published, kind, random);
    const matchups = league.matchups.map((matchup, index) =>
      index === one.matchup || index === other.matchup ? { ...matchup, venue: "Hall" } : matchup
    );
    const list = placements.map((game) =>
      game === one || game === other ? { ...game, startsAt: "2025-11-01T18:00:00Z" } : game
    );
    return {
      league: { ...league, matchups },
      placements: list,
      what: "a venue twice at a time",
      told: /^venue_twice: Hall/,
    };
  }
  const team = kind === 2 ? "BYU" : "UCF";
  const day = kind === 2 ? "2025-11-30" : "2025-12-03";
  const game = placements.filter(({ home, away }) => home === team || away === team)[random.below(9)]!;
  const rounds = [...league.rounds, { number: 1000, date: day }];
  const list = placements.map((other) =>
    other === game ? { ...other, round: 1000, startsAt: `${day}T20:00:00Z` } : other
  );
  const told = new RegExp(`^${names.get(team)} (hosts|plays at) .*${kind === 2 ? "30 Nov" : "3 Dec.*exam"}`);
  return {
    league: { ...league, rounds },
    placements: list,
    what: kind === 2 ? "BYU on a Sunday" : "an exam day",
    told,
  };
}

/** Prints the faults of each published season, and how many of those put in by hand are found and what else is told. */
export async function benchImports(): Promise<void> {
  const rules = await campusRules();
  for (const season of ["2017-18", "2018-19", "2019-20"]) {
    const { league, placements } = await readBasketball(season);
    const faults = faultsOf(analyze(league, placements));
    console.log(`basketball ${season}: ${placements.length} games, ${faults.length} clashes`, faults);
  }
  const published = await readFootball();
  const football = { ...published, league: { ...published.league, constraints: rules } };
  const real = faultsOf(analyze(football.league, football.placements));
  console.log(`football 2025: ${football.placements.length} games, ${real.length} clashes`, real);
  const random = new Random(1);
  const tally = new Map<string, { planted: number; found: number; invented: number }>();
  for (let step = 0; step < 80; step++) {
    const { league, placements, what, told } = plant(football, step % 4, random);
    const faults = faultsOf(analyze(league, placements)).filter((fault) => !real.includes(fault));
    const row = tally.get(what) ?? { planted: 0, found: 0, invented: 0 };
    row.planted++;
    if (faults.some((fault) => told.test(fault))) row.found++;
    row.invented += faults.filter((fault) => !told.test(fault)).length;
    tally.set(what, row);
  }
  console.table(Object.fromEntries(tally));
}

if (import.meta.main) await benchImports();
