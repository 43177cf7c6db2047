/** How well predictions did on games that the model had not seen. */
import { calibrate, errorsBetween, type HeldOutError } from "./intervals.ts";

export interface Accuracy {
  /** Mean absolute error in spectators. */
  readonly mae: number;
  /** Mean absolute percentage error of the crowd that came, as a share. */
  readonly mape: number;
  /** Share of games within 13 % of the crowd that came. */
  readonly within13: number;
  /** Median absolute percentage error, as a share. */
  readonly median_ape: number;
}

export interface Evaluation extends Accuracy {
  readonly games: number;
  /** What was held out: a whole `season` after those learned from, or a sixth of the only one (`fold`). */
  readonly held_out: "season" | "fold";
  readonly season: number;
  /** The host's last-season mean, on the games that have one: the same ones where all have. */
  readonly baseline: (Accuracy & { readonly games: number; readonly model: Accuracy }) | null;
  /** The share of games inside their interval, calibrated on the other half of the teams. */
  readonly coverage: { readonly level: number; readonly share: number } | null;
}

export interface Judged {
  readonly team: string;
  readonly attendance: number;
  readonly predicted: number;
  /** NaN: none. */
  readonly lastSeasonMean: number;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

export function accuracyOf(pairs: readonly { attendance: number; predicted: number }[]): Accuracy {
  const shares = pairs.map(({ attendance, predicted }) => Math.abs(predicted - attendance) / attendance);
  return {
    mae: rounded(mean(pairs.map(({ attendance, predicted }) => Math.abs(predicted - attendance))), 1),
    mape: rounded(mean(shares), 4),
    within13: rounded(mean(shares.map((share) => Number(share <= 0.13))), 4),
    median_ape: rounded([...shares].sort((a, b) => a - b)[Math.floor(shares.length / 2)]!, 4),
  };
}

export const errorOf = ({ team, attendance, predicted }: Judged): HeldOutError => ({
  team,
  error: Math.log(attendance / predicted),
});

/** Coverage by teams the interval was not calibrated on: half of them at a time. */
export function coverageOf(games: readonly Judged[], level: number): number | undefined {
  const teams = [...new Set(games.map(({ team }) => team))].sort();
  const half = (game: Judged) => teams.indexOf(game.team) % 2;
  let inside = 0;
  for (const side of [0, 1]) {
    const calibration = calibrate(games.filter((game) => half(game) !== side).map(errorOf));
    if (!calibration) return undefined;
    for (const game of games.filter((game) => half(game) === side)) {
      const [low, high] = errorsBetween(calibration, game.team, level);
      const { error } = errorOf(game);
      inside += Number(error >= low && error <= high);
    }
  }
  return rounded(inside / games.length, 4);
}

export function evaluate(
  games: readonly Judged[],
  of: Pick<Evaluation, "held_out" | "season">,
  level: number,
): Evaluation {
  const compared = games.filter(({ lastSeasonMean }) => !Number.isNaN(lastSeasonMean));
  const share = coverageOf(games, level);
  return {
    ...of,
    games: games.length,
    ...accuracyOf(games),
    baseline: compared.length
      ? {
        games: compared.length,
        ...accuracyOf(compared.map((game) => ({ ...game, predicted: game.lastSeasonMean }))),
        model: accuracyOf(compared),
      }
      : null,
    coverage: share === undefined ? null : { level, share },
  };
}
