/** The attendance of games that are ahead: a number, an interval, why, and how good such numbers were. */
import type { Game, PlayedGame } from "./games.ts";
import { horizonOf, learn } from "./examples.ts";
import { featuresOf } from "./features.ts";
import { contributionsOf } from "./forest.ts";
import { titleOf } from "./factors.ts";
import type { History } from "./history.ts";
import { calibrate, type Calibration, errorsBetween } from "./intervals.ts";
import { settings } from "./setting.ts";
import type { AttendanceModel, HorizonModel } from "./training.ts";

export interface Factor {
  readonly feature: string;
  /** What it is, for a person. */
  readonly title: string;
  /** What the game has; null where it is not known, which may count as well. */
  readonly value: number | null;
  /** Signed weight, in log: all factors' weights and the base add up to the expected crowd's log. */
  readonly weight: number;
  /** The same as a share of the crowd: .05 is 5 % more. */
  readonly effect: number;
}

/**
 * How it was found: by the `model`; from the host's own games alone (`team_mean`: too few games to learn from); from
 * its group's (`group_mean`: the host was never counted). The last two are fallbacks.
 */
export type Method = "model" | "team_mean" | "group_mean";

export interface Prediction {
  readonly game: string;
  readonly expected: number;
  readonly low: number;
  readonly high: number;
  /** The share of games that the interval is made to hold. */
  readonly level: number;
  readonly capacity: number | null;
  /** The number was cut to the capacity. */
  readonly capped: boolean;
  readonly method: Method;
  /** What it was predicted with: all before the `season`, or the season so far as well. */
  readonly horizon: "season" | "in_season" | null;
  /** Spectators that the host is known for. */
  readonly base: number;
  /** Games at home of the host that were counted. */
  readonly known_games: number;
  readonly factors: readonly Factor[];
}

/** log errors when nothing was ever held out: a crowd between two thirds and half as much again. */
const unknown: Calibration = calibrate(Array.from({ length: 41 }, (_, place) => ({
  team: String(place),
  error: (place - 20) / 40,
})))!;
const fewGames = 3;
const factorsTold = 8;

export interface Asked {
  /** Every game that was played, in any order. */
  readonly played: readonly PlayedGame[];
  /** The games ahead, with the rest of their season where it is known. */
  readonly ahead: readonly Game[];
  readonly level?: number;
}

/** Predictions of the games ahead, in their order. */
export function predictAttendance(model: AttendanceModel, { played, ahead, level = 0.8 }: Asked): Prediction[] {
  const { history } = learn(played);
  const bySeason = Map.groupBy([...played, ...ahead], ({ season }) => season);
  const settingOf = new Map([...bySeason].flatMap(([, games]) => [...settings(games)]));
  return ahead.map((game) => {
    const base = history.base(game.home, game.season, game.homeGroup);
    if (base === undefined) throw new RangeError("no game was ever counted");
    const horizon = horizonFor(model, history, game);
    const known = countedOf(history, game.home);
    if (!horizon || !known || game.neutral) return fallback(model, history, game, { base, level, known });
    const row = featuresOf(history, game, settingOf.get(game.id)!, base);
    const used = model.horizons[horizon]!;
    const { rest, by } = contributionsOf(used.forest, row, used.trust);
    const log = base + rest + by.reduce((sum, weight) => sum + weight, 0);
    return {
      ...bounded(game, log, errorsOf(used, history, game, level)),
      level,
      method: "model",
      horizon,
      base: Math.round(Math.exp(base)),
      known_games: known,
      factors: factorsOf(model.features, row, by),
    };
  });
}

function horizonFor(model: AttendanceModel, history: History, game: Game): "season" | "in_season" | undefined {
  const wanted = horizonOf(history, game);
  if (model.horizons[wanted]) return wanted;
  return model.horizons.season ? "season" : undefined;
}

const countedOf = (history: History, team: string) =>
  history.team(team)?.seasons.reduce((sum, { home }) => sum + home.length, 0) ?? 0;

/** Wider for a host that was hardly ever counted. */
function errorsOf({ calibration }: HorizonModel, history: History, game: Game, level: number): [number, number] {
  const [low, high] = errorsBetween(calibration, game.home, level);
  const wider = Math.sqrt(1 + Math.max(0, fewGames - countedOf(history, game.home)));
  return [low * wider, high * wider];
}

function bounded(game: Game, log: number, [low, high]: readonly [number, number]) {
  const most = game.capacity || Infinity;
  const cut = (value: number) => Math.round(Math.min(most, Math.exp(value)));
  return {
    game: game.id,
    expected: cut(log),
    low: cut(log + low),
    high: cut(log + high),
    capacity: game.capacity || null,
    capped: Math.exp(log) > most,
  };
}

/** From means alone. A host that was never counted may be as large or as small as the teams there are. */
function fallback(
  model: AttendanceModel,
  history: History,
  game: Game,
  { base, level, known }: { base: number; level: number; known: number },
): Prediction {
  const isOwn = known > 0 && !game.neutral;
  const log = isOwn ? base : history.groupLevel(game.homeGroup)!;
  const enough = model.means && model.means.games >= 20;
  const [low, high] = errorsBetween(enough ? model.means! : unknown, game.home, level);
  const wider = Math.sqrt(1 + Math.max(0, fewGames - known));
  const [least, most] = isOwn ? [0, 0] : spreadOf(history.levels(), log, level);
  return {
    ...bounded(game, log, [low * wider + least, high * wider + most]),
    level,
    method: isOwn ? "team_mean" : "group_mean",
    horizon: null,
    base: Math.round(Math.exp(log)),
    known_games: known,
    factors: [],
  };
}

/** Between which levels that share of the teams lie, against one level; of few teams, a third to three times of it. */
function spreadOf(levels: readonly number[], log: number, share: number): [number, number] {
  const at = (part: number) => levels[Math.round(part * (levels.length - 1))]! - log;
  const least = levels.length < 5 ? Math.log(3) : 0;
  if (levels.length === 0) return [-least, least];
  return [Math.min(-least, at((1 - share) / 2)), Math.max(least, at((1 + share) / 2))];
}

function factorsOf(features: readonly string[], row: Float64Array, by: Float64Array): Factor[] {
  return features
    .map((feature, place) => ({
      feature,
      title: titleOf(feature),
      value: Number.isNaN(row[place]!) ? null : Number(row[place]!.toFixed(4)),
      weight: Number(by[place]!.toFixed(4)),
      effect: Number(Math.expm1(by[place]!).toFixed(4)),
    }))
    .filter(({ weight }) => Math.abs(weight) >= 0.001)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.feature < b.feature ? -1 : 1))
    .slice(0, factorsTold);
}
