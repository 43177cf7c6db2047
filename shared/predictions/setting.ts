/** Where a game stands in its season, from the season's own list of games: no crowd is needed for it. */
import { dayNumber, type Game } from "./games.ts";

export interface Setting {
  /** Days since the season's first game. */
  readonly dayOfSeason: number;
  /** 0 for the season's first game at home; NaN at a neutral site. */
  readonly homeIndex: number;
  /** Games at home that follow in the season. */
  readonly homeLeft: number;
  /** Days since the last game at home; NaN for the first. */
  readonly sinceHome: number;
  /** The season's games of the same host, at home. */
  readonly slate: readonly Game[];
}

const inOrder = (a: Game, b: Game) => a.day < b.day ? -1 : a.day > b.day ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

/** The games in the order played; those of a day by their ids. */
export const ordered = <G extends Game>(games: readonly G[]): G[] => [...games].sort(inOrder);

/** The setting of every game of one season, by the game's id. */
export function settings(games: readonly Game[]): Map<string, Setting> {
  const first = games.reduce((least, { day }) => Math.min(least, dayNumber(day)), Infinity);
  const found = new Map<string, Setting>();
  const atHome = Map.groupBy(ordered(games.filter(({ neutral }) => !neutral)), ({ home }) => home);
  for (const slate of atHome.values()) {
    slate.forEach((game, homeIndex) => {
      const day = dayNumber(game.day);
      const sinceHome = homeIndex ? day - dayNumber(slate[homeIndex - 1]!.day) : NaN;
      found.set(game.id, {
        dayOfSeason: day - first,
        homeIndex,
        homeLeft: slate.length - 1 - homeIndex,
        sinceHome,
        slate,
      });
    });
  }
  for (const game of games.filter(({ neutral }) => neutral)) {
    const dayOfSeason = dayNumber(game.day) - first;
    found.set(game.id, { dayOfSeason, homeIndex: NaN, homeLeft: NaN, sinceHome: NaN, slate: [] });
  }
  return found;
}
