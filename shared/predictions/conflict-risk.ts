/**
 * How likely a planned game is to be moved, postponed or cancelled, from what became of the organization's own games.
 *
 * The rate of all games, times how much more often it happened at the venue, on the weekday and in the month: each
 * factor is an odds ratio drawn towards 1 by `priorGames` games at the overall rate (a naive Bayes estimate with
 * shrinkage). Weather is not looked at: where it disturbs games, it does so by venue and month.
 */
import { weekdayOf } from "./games.ts";

export interface PastGame {
  readonly day: string;
  readonly venue?: string;
  /** It was moved, postponed or cancelled. */
  readonly disturbed: boolean;
}

export interface RiskFactor {
  readonly factor: "venue" | "weekday" | "month";
  readonly value: string;
  readonly games: number;
  readonly disturbed: number;
  /** By how much it multiplies the odds, after shrinkage. */
  readonly odds_ratio: number;
}

export interface Risk {
  readonly probability: number;
  readonly factors: readonly RiskFactor[];
}

interface Count {
  games: number;
  disturbed: number;
}

export interface RiskModel {
  readonly games: number;
  readonly disturbed: number;
  readonly counts: ReadonlyMap<string, Readonly<Count>>;
}

/** Below it there is no probability: a rate of so few is a guess. */
export const fewestGames = 50;
export const fewestDisturbed = 5;
const priorGames = 25;

type Planned = Omit<PastGame, "disturbed">;

const cellsOf = ({ day, venue }: Planned): [RiskFactor["factor"], string][] => [
  ...(venue === undefined ? [] : [["venue", venue]] as [RiskFactor["factor"], string][]),
  ["weekday", String(weekdayOf(day) || 7)],
  ["month", String(Number(day.slice(5, 7)))],
];

export function learnRisk(games: readonly PastGame[]): RiskModel {
  const counts = new Map<string, Count>();
  for (const game of games) {
    for (const cell of cellsOf(game)) {
      const count = counts.get(cell.join(":")) ?? { games: 0, disturbed: 0 };
      count.games++;
      count.disturbed += Number(game.disturbed);
      counts.set(cell.join(":"), count);
    }
  }
  return { games: games.length, disturbed: games.filter(({ disturbed }) => disturbed).length, counts };
}

export const isEnough = ({ games, disturbed }: RiskModel): boolean =>
  games >= fewestGames && disturbed >= fewestDisturbed;

const odds = (rate: number) => rate / (1 - rate);

/** The risk of a planned game; ask `isEnough` first. */
export function riskOf(model: RiskModel, game: Planned): Risk {
  const rate = (model.disturbed + 0.5) / (model.games + 1);
  const factors = cellsOf(game).map(([factor, value]): RiskFactor => {
    const { games, disturbed } = model.counts.get(`${factor}:${value}`) ?? { games: 0, disturbed: 0 };
    const own = (disturbed + rate * priorGames) / (games + priorGames);
    return { factor, value, games, disturbed, odds_ratio: Number((odds(own) / odds(rate)).toFixed(3)) };
  });
  const all = factors.reduce((product, { odds_ratio }) => product * odds_ratio, odds(rate));
  return { probability: Number((all / (1 + all)).toFixed(4)), factors };
}

/** Brier scores (mean squared error of a probability) on the latest quarter of the games, learned from those before. */
export function judgeRisk(
  games: readonly PastGame[],
): { games: number; brier: number; brier_of_rate: number } | undefined {
  const sorted = [...games].sort((a, b) => a.day < b.day ? -1 : a.day > b.day ? 1 : 0);
  const cut = Math.floor(sorted.length * 0.75);
  const model = learnRisk(sorted.slice(0, cut));
  if (!isEnough(model)) return undefined;
  const rate = model.disturbed / model.games;
  const [own, plain] = [(game: PastGame) => riskOf(model, game).probability, () => rate].map((said) => {
    const errors = sorted.slice(cut).map((game) => (Number(game.disturbed) - said(game)) ** 2);
    return Number((errors.reduce((sum, error) => sum + error, 0) / errors.length).toFixed(5));
  });
  return { games: sorted.length - cut, brier: own!, brier_of_rate: plain! };
}
