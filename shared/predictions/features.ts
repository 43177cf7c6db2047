/** The features of a game, from the history before it. All levels are logs, against the host's base; NaN is "not known". */
import { type Game, weekdayOf } from "./games.ts";
import { type History, kindOf, levelOf, mean, type SeasonRecord, type TeamRecord } from "./history.ts";
import type { Setting } from "./setting.ts";

type Values = Record<string, number>;

/** Share of games won, with two games of one half each; NaN of no season. */
const won = (season: SeasonRecord | undefined): number =>
  season ? (season.wins + 1) / (season.wins + season.losses + 2) : NaN;

const known = (values: readonly number[]) => values.filter((value) => !Number.isNaN(value));

/** The host's seasons before this one. */
function past(game: Game, base: number, home: TeamRecord | undefined, setting: Setting): Values {
  const seasons = home?.seasons.filter(({ season, home }) => season < game.season && home.length) ?? [];
  const [last, before] = [seasons.at(-1), seasons.at(-2)];
  const level = last ? levelOf(last) : NaN;
  const logs = last?.home.map(({ attendance }) => Math.log(attendance)) ?? [];
  const surprises = last?.home.map(({ surprise }) => surprise) ?? [];
  const usual = mean(surprises);
  const sameKind = last?.home.filter(({ kind }) => kind === kindOf(game)).map(({ surprise }) => surprise) ?? [];
  return {
    base,
    last_season: level - base,
    season_before: before ? levelOf(before) - base : NaN,
    trend: before ? level - levelOf(before) : NaN,
    late_last_season: last ? Math.log(mean(last.home.slice(-2).map(({ attendance }) => attendance))) - level : NaN,
    spread: logs.length > 1 ? Math.sqrt(mean(logs.map((log) => (log - mean(logs)) ** 2))) : NaN,
    largest_crowd: home?.largest ? Math.log(home.largest) - base : NaN,
    room: game.capacity ? Math.log(game.capacity) - base : NaN,
    capacity: game.capacity ? Math.log(game.capacity) : NaN,
    new_venue: home?.lastVenue && game.venue ? Number(home.lastVenue !== game.venue) : NaN,
    same_kind_last_season: mean(sameKind) - usual,
    same_game_last_season: (surprises[setting.homeIndex] ?? NaN) - usual,
    finale_last_season: (surprises.at(-1) ?? NaN) - usual,
  };
}

/** The two teams' records, and who visits. */
function teams(history: History, game: Game, base: number, setting: Setting): Values {
  const of = (id: string) => history.team(id)?.seasons.filter(({ season }) => season < game.season) ?? [];
  const [host, visitor] = [of(game.home), of(game.away)];
  const size = history.sizeOf(game.away);
  const last = host.findLast(({ home }) => home.length);
  return {
    record_last_season: won(host.at(-1)),
    record_change: won(host.at(-1)) - won(host.at(-2)),
    visitor_record_last_season: won(visitor.at(-1)),
    visitor_record_change: won(visitor.at(-1)) - won(visitor.at(-2)),
    visitor_size: size - base,
    visitor_effect: history.visitorEffect(game.away),
    pairing_effect: history.pairingEffect(game.home, game.away),
    visitor_among_slate: size - mean(known(setting.slate.map(({ away }) => history.sizeOf(away)))),
    visitor_against_last_season: size - mean(known(last?.home.map(({ visitor }) => visitor) ?? [])),
    same_group: Number(game.homeGroup !== undefined && game.homeGroup === game.awayGroup),
    group_level: (history.groupLevel(game.homeGroup) ?? NaN) - base,
    visitor_group_level: game.awayGroup === undefined ? NaN : (history.groupLevel(game.awayGroup) ?? NaN) - base,
    miles: game.miles ?? NaN,
  };
}

function calendar(game: Game, { dayOfSeason, homeIndex, homeLeft, sinceHome }: Setting): Values {
  return {
    weekday: weekdayOf(game.day),
    start: game.minute ?? NaN,
    day_of_season: dayOfSeason,
    day_of_year: Number(game.day.slice(5, 7)) * 31 + Number(game.day.slice(8, 10)),
    home_game: homeIndex,
    home_games_left: homeLeft,
    days_since_home_game: sinceHome,
  };
}

/** What the season has shown so far; NaN before it. */
function season(history: History, game: Game): Values {
  const [host, visitor] = [game.home, game.away].map((id) =>
    history.team(id)?.seasons.find((one) => one.season === game.season)
  );
  const size = history.sizeOf(game.away);
  const surprises = host?.home.map(({ surprise }) => surprise) ?? [];
  const shrunk = (values: readonly number[]) =>
    values.length ? mean(values) * values.length / (values.length + 1) : NaN;
  return {
    season_so_far: shrunk(surprises),
    last_home_game: surprises.at(-1) ?? NaN,
    best_so_far: surprises.length ? Math.max(...surprises) : NaN,
    visitor_against_season: size - mean(known(host?.home.map(({ visitor }) => visitor) ?? [])),
    visitor_against_last_game: size - (host?.home.at(-1)?.visitor ?? NaN),
    visitor_season_so_far: shrunk(visitor?.home.map(({ surprise }) => surprise) ?? []),
    record_so_far: host && host.wins + host.losses ? won(host) : NaN,
    visitor_record_so_far: visitor && visitor.wins + visitor.losses ? won(visitor) : NaN,
    results_so_far: host ? host.wins + host.losses : 0,
  };
}

const allOf = (history: History, game: Game, setting: Setting, base: number): Values => ({
  ...past(game, base, history.team(game.home), setting),
  ...teams(history, game, base, setting),
  ...calendar(game, setting),
  ...season(history, game),
});

/** The vector of a game; `names` says which features it holds, in order. */
export function featuresOf(history: History, game: Game, setting: Setting, base: number): Float64Array {
  const values = allOf(history, game, setting, base);
  return Float64Array.from(featureNames, (name) => values[name]!);
}

/** The features there are, in the order of the vectors. A stored model holds its own copy, and is not used with others. */
export const featureNames: readonly string[] = [
  ...[
    "base",
    "last_season",
    "season_before",
    "trend",
    "late_last_season",
    "spread",
    "largest_crowd",
    "room",
    "capacity",
  ],
  ...["new_venue", "same_kind_last_season", "same_game_last_season", "finale_last_season"],
  ...["record_last_season", "record_change", "visitor_record_last_season", "visitor_record_change"],
  ...["visitor_size", "visitor_effect", "pairing_effect", "visitor_among_slate", "visitor_against_last_season"],
  ...["same_group", "group_level", "visitor_group_level", "miles"],
  ...["weekday", "start", "day_of_season", "day_of_year", "home_game", "home_games_left", "days_since_home_game"],
  ...["season_so_far", "last_home_game", "best_so_far", "visitor_against_season", "visitor_against_last_game"],
  ...["visitor_season_so_far", "record_so_far", "visitor_record_so_far", "results_so_far"],
];
