/**
 * Intervals by split-conformal prediction (Vovk, Gammerman and Shafer 2005; Lei et al. 2018), normalized by how far off
 * the model was for a team: errors on games it had not seen say how wide to be, whatever their distribution.
 */

/** An error on a held-out game, in log: what was there minus what was said. */
export interface HeldOutError {
  readonly team: string;
  readonly error: number;
}

export interface Calibration {
  /** Mean absolute error, in log. */
  readonly scale: number;
  /** Sum of absolute errors and their number, by team. */
  readonly teams: Readonly<Record<string, readonly [number, number]>>;
  /** Quantiles of error / the team's scale at 0, 1/200, … 1. */
  readonly quantiles: readonly number[];
  readonly games: number;
}

/** Games that all teams' mean error weighs against a team's own. */
const priorGames = 4;
const steps = 200;

const scaleWithout = (sum: number, games: number, scale: number) => (sum + scale * priorGames) / (games + priorGames);

/** How wide a team's intervals are, in log. */
export function scaleOf({ scale, teams }: Calibration, team: string): number {
  const [sum, games] = teams[team] ?? [0, 0];
  return scaleWithout(sum, games, scale);
}

export function calibrate(errors: readonly HeldOutError[]): Calibration | undefined {
  if (errors.length === 0) return undefined;
  const scale = Math.max(0.005, errors.reduce((sum, { error }) => sum + Math.abs(error), 0) / errors.length);
  const teams: Record<string, [number, number]> = {};
  for (const { team, error } of errors) {
    const [sum, games] = teams[team] ?? [0, 0];
    teams[team] = [sum + Math.abs(error), games + 1];
  }
  // Each error against its team's others: its own would make it look expected.
  const relative = errors.map(({ team, error }) => {
    const [sum, games] = teams[team]!;
    return error / scaleWithout(sum - Math.abs(error), games - 1, scale);
  }).sort((a, b) => a - b);
  const quantiles = Array.from({ length: steps + 1 }, (_, step) => round(rankedAt(relative, step / steps)));
  for (const team in teams) teams[team]![0] = round(teams[team]![0]);
  return { scale: round(scale), teams, quantiles, games: errors.length };
}

const round = (value: number) => Number(value.toFixed(5));

/** The value of rank (n + 1) q among n, as finite samples need it; the extremes beyond them. */
function rankedAt(sorted: readonly number[], share: number): number {
  const rank = share < 0.5 ? Math.floor((sorted.length + 1) * share) : Math.ceil((sorted.length + 1) * share);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1]!;
}

/** The errors, in log, between which `level` (0 to 1) of a team's games lie. */
export function errorsBetween(calibration: Calibration, team: string, level: number): [number, number] {
  const scale = scaleOf(calibration, team);
  const at = (share: number) => calibration.quantiles[Math.round(share * steps)]! * scale;
  return [Math.min(0, at((1 - level) / 2)), Math.max(0, at((1 + level) / 2))];
}
