import type { Progress, Run } from "../../shared/optimizer/run.ts";
import { type ClockName, startClock } from "./clock.ts";

/** How long a run goes on: so many evaluations, or so many seconds of a clock. */
export interface Budget {
  readonly evaluations?: number;
  readonly seconds: number;
  readonly clock: ClockName;
}

/** What a run is started with before its speed is known. */
const unknown = 1e12;

/** Seconds between two looks at the clock, about. */
const slice = 0.05;

/** Evaluations to start a run with. */
export const evaluationsOf = ({ evaluations }: Budget): number => evaluations ?? unknown;

/**
 * Advances a run to the end of its budget. With a budget of seconds its total is corrected to its speed after every
 * slice, so that it cools in just that time. `between` is awaited between slices.
 */
export async function pace(
  run: Run,
  budget: Budget,
  between: (progress: Progress, seconds: number) => Promise<void> | void = () => {},
): Promise<{ progress: Progress; seconds: number }> {
  const clock = startClock(budget.clock);
  let progress = run.advance(1);
  let seconds = clock();
  // The first step may make tables that every later one uses: it tells nothing of the speed.
  const first = { evaluations: progress.evaluations, seconds };
  let step = progress.evaluations;
  while (!progress.done && (budget.evaluations !== undefined || seconds < budget.seconds)) {
    const before = progress.evaluations, since = seconds;
    progress = run.advance(Math.ceil(step));
    seconds = clock();
    const taken = seconds - since;
    step = taken > 0 ? Math.min(step * 4, (progress.evaluations - before) * slice / taken) : step * 2;
    const spent = seconds - first.seconds;
    if (budget.evaluations === undefined && spent >= slice) {
      const speed = (progress.evaluations - first.evaluations) / spent;
      run.retarget(Math.ceil(progress.evaluations + Math.max(0, budget.seconds - seconds) * speed));
    }
    await between(progress, seconds);
  }
  return { progress, seconds };
}
