/** The real double round robins planned anew: the same dates, sizes of dates and limits, fewer miles. */
import type { League, Placement } from "../../shared/optimizer/league.ts";
import type { ClockName } from "./clock.ts";
import { type Published, readBasketball } from "./season-data.ts";
import { milesTravelled, publishedLimits } from "./season-limits.ts";
import { solve } from "./solver.ts";

/** What is measured with. */
export interface SeasonSettings {
  seconds: number;
  seeds: readonly number[];
  clock: ClockName;
}

interface TeamSeason {
  days: number[];
  sides: string;
  weekendHome: number;
  opponents: string[];
}

const dayOf = (date: string) => Date.parse(date) / 86_400_000;
const isWeekend = (day: number) => [0, 6].includes(new Date(day * 86_400_000).getUTCDay());

function teamSeasons({ league }: { league: League }, placements: readonly Placement[]): Map<string, TeamSeason> {
  const dates = new Map(league.rounds.map(({ number, date }) => [number, dayOf(date!)]));
  return new Map(league.teams.map(({ id }) => {
    const mine = placements.filter(({ home, away }) => home === id || away === id)
      .sort((one, other) => one.round - other.round);
    return [id, {
      days: mine.map(({ round }) => dates.get(round)!),
      sides: mine.map(({ home }) => home === id ? "H" : "A").join(""),
      weekendHome: mine.filter(({ round, home }) => home === id && isWeekend(dates.get(round)!)).length,
      opponents: mine.map(({ home, away }) => home === id ? `v ${away}` : `@ ${home}`),
    }];
  }));
}

const longest = (sides: string, pattern: RegExp) =>
  Math.max(0, ...(sides.match(pattern) ?? []).map((run) => run.length));

/** Limits of a whole season: streaks, days between games, days before a rematch. */
function limitsOf(seasons: Map<string, TeamSeason>) {
  const list = [...seasons.values()];
  const rematches = list.flatMap(({ opponents, days }) =>
    opponents.flatMap((name, game) =>
      opponents.slice(0, game).map((other, at) => other.slice(2) === name.slice(2) ? days[game]! - days[at]! : Infinity)
    )
  );
  return {
    home: Math.max(...list.map(({ sides }) => longest(sides, /H+/g))),
    away: Math.max(...list.map(({ sides }) => longest(sides, /A+/g))),
    rest: Math.min(...list.flatMap(({ days }) => days.slice(1).map((day, game) => day - days[game]!))),
    rematch: Math.min(...rematches),
  };
}

/**
 * How strictly a season is planned anew: `dates` on the same days, each team with its own number of weekend home games;
 * `sizes` with the same number of games each day, weekend home games between the fewest and the most that a team had.
 */
export type Strictness = "dates" | "sizes";

/** What a new plan does not keep of the published one: computed here from dates and names alone, not by the engine. */
export function brokenLimits(published: Published, placements: readonly Placement[], keep: Strictness): string[] {
  const [before, after] = [teamSeasons(published, published.placements), teamSeasons(published, placements)];
  const [was, is] = [limitsOf(before), limitsOf(after)];
  const count = (list: readonly Placement[], round: number) => list.filter((game) => game.round === round).length;
  const weekend = [...before.values()].map(({ weekendHome }) => weekendHome);
  const [fewest, most] = [Math.min(...weekend), Math.max(...weekend)];
  return [
    ...(is.home > was.home ? [`${is.home} home games in a row`] : []),
    ...(is.away > was.away ? [`${is.away} away games in a row`] : []),
    ...(is.rest < was.rest ? [`${is.rest} days between games`] : []),
    ...(is.rematch < was.rematch ? [`a rematch after ${is.rematch} days`] : []),
    ...[...after].filter(([, { weekendHome }]) => weekendHome < fewest || weekendHome > most).map(([id]) =>
      `${id}: weekends`
    ),
    ...[...after].filter(([id, { opponents }]) =>
      [...opponents].sort().join() !== [...before.get(id)!.opponents].sort().join()
    ).map(([id]) => `${id}: other games`),
    ...published.league.rounds.filter(({ number }) =>
      keep === "sizes" && count(placements, number) !== count(published.placements, number)
    )
      .map(({ date }) => `${date}: another number of games`),
  ];
}

/** The league of a season with its own limits. */
function leagueOf(published: Published, keep: Strictness): League {
  const { league } = published;
  const rounds = league.rounds.map(({ number, date, games }) =>
    keep === "sizes" ? { number, date, games } : { number, date }
  );
  return { ...league, rounds, constraints: publishedLimits(published, keep === "dates") };
}

/** Prints, of each season and seed, the miles of the new plan and what they are less than those played. */
export async function benchReplan({ seconds, seeds, clock }: SeasonSettings, keep: Strictness): Promise<void> {
  console.log(`planned anew with the same ${keep}:`);
  for (const season of ["2017-18", "2018-19", "2019-20"]) {
    const published = await readBasketball(season);
    const miles = milesTravelled(published);
    const less: number[] = [];
    for (const seed of seeds) {
      const found = await solve(leagueOf(published, keep), { seed, threads: 1, budget: { seconds, clock } });
      const now = milesTravelled({ league: published.league, placements: found.placements });
      const broken = brokenLimits(published, found.placements, keep);
      less.push(broken.length ? -Infinity : 100 * (1 - now / miles));
      console.log(
        `${season} seed ${seed}: ${Math.round(miles)} miles played, ${Math.round(now)} planned, ` +
          `${(100 * (1 - now / miles)).toFixed(1)} % less; ${broken.join(", ") || "every limit kept"} ` +
          `(${Math.round(found.evaluations / found.seconds / 1000)} thousand evaluations/s)`,
      );
    }
    const median = less.sort((one, other) => one - other)[Math.floor((less.length - 1) / 2)]!;
    console.log(`${season}: median ${median.toFixed(1)} % less`);
  }
}
