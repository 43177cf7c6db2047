import type { League } from "../../shared/optimizer/league.ts";
import type { Found, FromWorker, ToWorker } from "./messages.ts";
import { type Budget, evaluationsOf, pace } from "./pace.ts";
import { startRun } from "../../shared/optimizer/mod.ts";

export interface SolveOptions {
  readonly seed: number;
  readonly threads: number;
  readonly budget: Budget;
}

/** Whether a schedule is better than another: fewer hard penalties, then fewer soft ones. */
const isBetter = (one: Found["best"], other: Found["best"]) =>
  one.hard < other.hard || (one.hard === other.hard && one.soft < other.soft);

/** The best schedule that is found within the budget, by one thread here or by several that exchange their best. */
export async function solve(league: League, { seed, threads, budget }: SolveOptions): Promise<Found> {
  if (threads > 1) return await solveInWorkers(league, { seed, threads, budget });
  const run = startRun(league, { seed, evaluations: evaluationsOf(budget) });
  const { progress, seconds } = await pace(run, budget);
  return { placements: run.best(), best: progress.best, evaluations: progress.evaluations, seconds };
}

async function solveInWorkers(league: League, { seed, threads, budget }: SolveOptions): Promise<Found> {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  );
  let best: Found["best"] = { hard: Infinity, soft: Infinity };
  const share = (from: Worker, { best: found, placements }: FromWorker) => {
    if (!isBetter(found, best)) return;
    best = found;
    for (const worker of workers) {
      if (worker !== from) worker.postMessage({ kind: "offer", placements } satisfies ToWorker);
    }
  };
  const ends = workers.map((worker, index) =>
    new Promise<FromWorker>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) =>
        data.kind === "end" ? resolve(data) : share(worker, data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      worker.postMessage({ kind: "start", league, seed: seed + index * 1_000_003, budget } satisfies ToWorker);
    })
  );
  try {
    const found = await Promise.all(ends);
    const winner = found.reduce((one, other) => isBetter(other.best, one.best) ? other : one);
    return {
      ...winner,
      evaluations: found.reduce((sum, { evaluations }) => sum + evaluations, 0),
      seconds: Math.max(...found.map(({ seconds }) => seconds)),
    };
  } finally {
    for (const worker of workers) worker.terminate();
  }
}
