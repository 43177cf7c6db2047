import assert from "node:assert/strict";
import type { Run } from "../../shared/optimizer/run.ts";
import { pace } from "./pace.ts";

/** Waits without letting go of the thread, as a search does. */
const work = (milliseconds: number) => {
  for (const until = performance.now() + milliseconds; performance.now() < until;);
};

/** A run that makes tables for 300 ms at its first step, and then ten evaluations a millisecond. */
function slowToBegin(): Pick<Run, "advance" | "retarget"> {
  let [evaluations, of] = [0, Infinity];
  return {
    advance(asked) {
      const step = Math.min(Math.max(30, asked), of - evaluations);
      work(evaluations ? step / 10 : 300);
      evaluations += step;
      return { evaluations, of, done: evaluations >= of, best: { hard: 0, soft: 0 } };
    },
    retarget: (total) => of = Math.max(total, evaluations),
  } as Pick<Run, "advance" | "retarget">;
}

Deno.test("a slow first step is not taken for the speed: the time that was given is used", async () => {
  const { progress, seconds } = await pace(slowToBegin() as Run, { seconds: 0.8, clock: "wall" });
  assert.ok(seconds > 0.75, `${seconds}`);
  // 500 ms at ten a millisecond; a fiftieth where the first step counts, and everything ends at once.
  assert.ok(progress.evaluations > 1_000, `${progress.evaluations}`);
});
