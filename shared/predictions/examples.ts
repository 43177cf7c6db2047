/** What the model learns from: games that were counted, each with what was known before it. */
import { dayNumber, type Game, isCounted, type PlayedGame } from "./games.ts";
import { featuresOf } from "./features.ts";
import { History } from "./history.ts";
import { ordered, settings } from "./setting.ts";

/**
 * When a game is predicted: before its `season`, or `in_season`, with the crowds up to the day before it. The second
 * knows more, and only serves where the host's last counted game at home is at most `freshDays` ago.
 */
export type Horizon = "season" | "in_season";
export const freshDays = 28;

export interface Example {
  readonly game: PlayedGame & { readonly attendance: number };
  readonly horizon: Horizon;
  readonly features: Float64Array;
  /** log of what the host is known for. */
  readonly base: number;
  /** log of the crowd. */
  readonly target: number;
  /** It is of the first season there is: predicted from the other games of that same season. */
  readonly folded: boolean;
  /** The host's mean in its season before, the baseline; NaN where there is none. */
  readonly lastSeasonMean: number;
}

const folds = 6;

export const seasonsOf = (games: readonly Game[]): number[] =>
  [...new Set(games.map(({ season }) => season))].sort((a, b) => a - b);

function exampleOf(
  history: History,
  game: PlayedGame,
  setting: ReturnType<typeof settings>,
  horizon: Horizon,
  folded = false,
) {
  if (!isCounted(game) || !history.team(game.home)?.largest) return undefined;
  const base = history.base(game.home, game.season, game.homeGroup)!;
  const features = featuresOf(history, game, setting.get(game.id)!, base);
  const before = history.team(game.home)!.seasons.findLast(({ season, home }) => season < game.season && home.length);
  const lastSeasonMean = before && !folded
    ? before.home.reduce((sum, { attendance }) => sum + attendance, 0) / before.home.length
    : NaN;
  const target = Math.log(game.attendance);
  return { game, horizon, features, base, target, folded, lastSeasonMean } satisfies Example;
}

/**
 * Examples of the first season, which has none before it: a sixth of its games is predicted as if the other five
 * sixths had been the season before.
 */
function foldedExamples(games: readonly PlayedGame[]): Example[] {
  const setting = settings(games);
  const teams = new Map([...new Set(games.map(({ home }) => home))].map((team, place) => [team, place]));
  const foldOf = (game: PlayedGame) =>
    game.neutral ? -1 : (setting.get(game.id)!.homeIndex * 5 + teams.get(game.home)!) % folds;
  return Array.from({ length: folds }, (_, fold) => {
    const history = new History();
    for (const game of games) {
      if (foldOf(game) === fold) continue;
      const before = { ...game, season: game.season - 1 };
      history.record(before, history.base(game.home, before.season, game.homeGroup));
    }
    return games.filter((game) => foldOf(game) === fold).flatMap((game) =>
      exampleOf(history, game, setting, "season", true) ?? []
    );
  }).flat();
}

/** Adds a season's games to the history, day by day, and returns what could be learned on the way. */
function playSeason(history: History, games: readonly PlayedGame[], isFirst: boolean): Example[] {
  const setting = settings(games);
  const found = isFirst
    ? foldedExamples(games)
    : games.flatMap((game) => exampleOf(history, game, setting, "season") ?? []);
  for (const day of Map.groupBy(games, ({ day }) => day).values()) {
    for (const game of day) {
      const counted = history.team(game.home)?.seasons.find(({ season }) => season === game.season)?.home.length ?? 0;
      if (counted >= (isFirst ? 2 : 1)) {
        found.push(...[exampleOf(history, game, setting, "in_season")].filter((one) => one !== undefined));
      }
    }
    const bases = day.map((game) => history.base(game.home, game.season, game.homeGroup));
    day.forEach((game, place) => history.record(game, bases[place]));
  }
  return found;
}

/** Every example of these games, and the history after them. */
export function learn(games: readonly PlayedGame[]): { examples: Example[]; history: History } {
  const history = new History();
  const bySeason = Map.groupBy(ordered(games), ({ season }) => season);
  const [first, ...later] = seasonsOf(games);
  const examples = first === undefined ? [] : playSeason(history, bySeason.get(first)!, true);
  for (const season of later) examples.push(...playSeason(history, bySeason.get(season)!, false));
  return { examples, history };
}

/** Which horizon serves a game that is ahead. */
export function horizonOf(history: History, game: Game): Horizon {
  const home = history.team(game.home);
  const counted = home?.seasons.find(({ season }) => season === game.season)?.home.length;
  return counted && dayNumber(game.day) - dayNumber(home!.lastDay!) <= freshDays ? "in_season" : "season";
}
