/** One season, predicted by a model of the seasons before it: in one go, and once a week as it is played. */
import {
  type Accuracy,
  accuracyOf,
  type Game,
  isCounted,
  type PlayedGame,
  predictAttendance,
  type Prediction,
  train,
} from "../../shared/predictions/mod.ts";
import { percent, type Row } from "../bench/figure.ts";

export interface Measured {
  readonly name: string;
  readonly season: number;
  readonly when: string;
  readonly games: number;
  readonly accuracy: Accuracy;
  readonly baseline: Accuracy;
  /** Share of games inside intervals made for 80 %, and the median width of these as a share of the crowd. */
  readonly coverage: number;
  readonly width: number;
  readonly trainMilliseconds: number;
  readonly reasons: readonly string[];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const aheadOf = ({ attendance: _, homeScore: _home, awayScore: _away, ...game }: PlayedGame): Game => game;

export function measureSeason(name: string, games: readonly PlayedGame[], season: number): Measured[] {
  const past = games.filter((game) => game.season < season);
  const now = games.filter((game) => game.season === season);
  const since = performance.now();
  const model = train(past);
  const trainMilliseconds = performance.now() - since;
  const lastSeason = Map.groupBy(
    past.filter((game) => game.season === season - 1).filter(isCounted),
    ({ home }) => home,
  );
  const judged = now.filter(isCounted).filter(({ home }) => lastSeason.has(home));
  const baseline = accuracyOf(judged.map((game) => ({
    attendance: game.attendance,
    predicted: mean(lastSeason.get(game.home)!.map(({ attendance }) => attendance)),
  })));
  const atOnce = predictAttendance(model, { played: past, ahead: now.map(aheadOf) });
  const weekly = weeksOf(now).flatMap(({ before, week }) => {
    const told = predictAttendance(model, {
      played: [...past, ...before],
      ahead: now.filter((game) => !before.includes(game)).map(aheadOf),
    });
    return told.filter(({ game }) => week.has(game));
  });
  return ([["before the season", atOnce], ["once a week", weekly]] as const).map(([when, predictions]) => ({
    ...compare(judged, predictions),
    ...{ name, season, when, baseline, trainMilliseconds },
    reasons: reasonsOf(predictions),
  }));
}

/** Several seasons as one: means by games. */
export function pooled(name: string, seasons: readonly Measured[]): Measured[] {
  return [...Map.groupBy(seasons, ({ when }) => when)].map(([when, of]) => {
    const games = of.reduce((sum, { games }) => sum + games, 0);
    const average = (value: (one: Measured) => number) =>
      of.reduce((sum, one) => sum + value(one) * one.games, 0) / games;
    const accuracy = (which: "accuracy" | "baseline"): Accuracy => ({
      mae: average((one) => one[which].mae),
      mape: average((one) => one[which].mape),
      within13: average((one) => one[which].within13),
      median_ape: average((one) => one[which].median_ape),
    });
    return {
      ...{ name, when, games, season: NaN, reasons: [] },
      ...{ accuracy: accuracy("accuracy"), baseline: accuracy("baseline") },
      coverage: average(({ coverage }) => coverage),
      width: average(({ width }) => width),
      trainMilliseconds: average(({ trainMilliseconds }) => trainMilliseconds),
    };
  });
}

function weeksOf(games: readonly PlayedGame[]): { before: PlayedGame[]; week: Set<string> }[] {
  const weekOf = ({ day }: Game) => Math.floor((Date.parse(day) / 86_400_000 + 3) / 7);
  return [...new Set(games.map(weekOf))].sort((a, b) => a - b).map((week) => ({
    before: games.filter((game) => weekOf(game) < week),
    week: new Set(games.filter((game) => weekOf(game) === week).map(({ id }) => id)),
  }));
}

function compare(judged: readonly (PlayedGame & { attendance: number })[], predictions: readonly Prediction[]) {
  const byGame = new Map(predictions.map((prediction) => [prediction.game, prediction]));
  const pairs = judged.map(({ id, attendance }) => ({
    attendance,
    ...byGame.get(id)!,
    predicted: byGame.get(id)!.expected,
  }));
  const widths = pairs.map(({ low, high, expected }) => (high - low) / expected).sort((a, b) => a - b);
  return {
    games: pairs.length,
    accuracy: accuracyOf(pairs),
    coverage: mean(pairs.map(({ attendance, low, high }) => Number(attendance >= low && attendance <= high))),
    width: widths[Math.floor(widths.length / 2)]!,
  };
}

function reasonsOf(predictions: readonly Prediction[]): string[] {
  const sums = new Map<string, number>();
  for (const { feature, weight } of predictions.flatMap(({ factors }) => factors)) {
    sums.set(feature, (sums.get(feature) ?? 0) + Math.abs(weight));
  }
  return [...sums].sort(([, a], [, b]) => b - a).slice(0, 12)
    .map(([feature, sum]) => `${feature} ${(sum / predictions.length).toFixed(3)}`);
}

const told = ({ mae, mape, within13 }: Accuracy) =>
  `MAE ${Math.round(mae)}, MAPE ${percent(mape)}, within 13 % ${percent(within13)}`;

export const rowOf = (one: Measured): Row => ({
  figure: `${one.name}${Number.isNaN(one.season) ? "" : ` ${one.season}`}, ${one.when}`,
  bar: `last-season mean: ${told(one.baseline)}`,
  measured: `${told(one.accuracy)}, 80 % intervals hold ${percent(one.coverage)} (width ${percent(one.width)}), ` +
    `${one.games} games, trained in ${(one.trainMilliseconds / 1000).toFixed(1)} s`,
  met: one.accuracy.mae < one.baseline.mae,
});
