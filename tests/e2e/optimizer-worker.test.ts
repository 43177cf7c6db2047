import assert from "node:assert/strict";
import { stack } from "./fixture.ts";
import { ended, newLeague, newSchedule, optimize } from "./optimizer-league.ts";

const program = new URL("../../scripts/optimizer-worker/main.ts", import.meta.url).pathname;

Deno.test("a worker process works runs beside the function's, and gives back what it has when it is stopped", async () => {
  const league = await newLeague(6);
  const worker = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", program, "--url", stack.url, "--threads", "2"],
    env: { ALMANAC_JOBS_KEY: stack.jobsKey, NO_COLOR: "1" },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = worker.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assert.match((await lines.read()).value!, /2 threads work the runs of/);

  const schedules = await Promise.all([10, 11, 12].map((rounds) => newSchedule(league, rounds)));
  // Each is more than a slice of the function, so that there is one left for the worker.
  const started = await Promise.all(schedules.map((id) => optimize(league.owner, id, { evaluations: 5_000_000 })));
  for (const { body } of started) assert.equal((await ended(league.owner, body.id)).status, "succeeded");

  const { body: { id } } = await optimize(league.owner, schedules[0]!, { evaluations: 10_000_000_000 });
  worker.kill("SIGTERM");
  let said = "";
  for (let read = await lines.read(); !read.done; read = await lines.read()) said += read.value;
  assert.match(said, /a run: finished/);
  assert.equal((await worker.status).code, 0);
  const { data: run } = await league.owner.client.rpc("cancel_optimization_run", { run_id: id });
  assert.equal((run as { status: string }).status, "cancelled");
});
