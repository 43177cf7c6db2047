/** One thread of `deno task solve`: a run of its own seed that tells its best schedule and takes those of others. */
import type { FromWorker, ToWorker } from "./messages.ts";
import { evaluationsOf, pace } from "./pace.ts";
import { startRun } from "../../shared/optimizer/mod.ts";
import type { Run } from "../../shared/optimizer/run.ts";

declare const self: {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker): void;
  close(): void;
};

/** Seconds between two tellings. */
const every = 3;

let run: Run | undefined;

/** Lets messages in. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

self.onmessage = async ({ data }) => {
  if (data.kind === "offer") return run?.offer(data.placements);
  const { league, seed, budget } = data;
  run = startRun(league, { seed, evaluations: evaluationsOf(budget) });
  let told = 0;
  const { progress, seconds } = await pace(run, budget, async (progress, seconds) => {
    if (seconds - told < every) return;
    told = seconds;
    self.postMessage({
      kind: "so-far",
      placements: run!.best(),
      best: progress.best,
      evaluations: progress.evaluations,
      seconds,
    });
    await breathe();
  });
  self.postMessage({
    kind: "end",
    placements: run.best(),
    best: progress.best,
    evaluations: progress.evaluations,
    seconds,
  });
  self.close();
};
