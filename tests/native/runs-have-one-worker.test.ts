import assert from "node:assert/strict";
import type { Sql } from "postgres";
import type { RunBackend } from "../../shared/scheduling/runs.ts";
import { workSlice } from "../../shared/scheduling/slice.ts";
import { sqlRunBackend } from "../runs/backend.ts";
import { newOffice, newSchedule, start } from "../runs/league.ts";
import { connect } from "../sagas/sql-backend.ts";
import { nativeTest, sleep } from "./server.ts";

interface Shift {
  run: string;
  organization: string;
  from: number;
  to: number;
}

/** Notes which run it has from when to when; now and then it oversleeps its lease of a second. */
function observed(backend: RunBackend, shifts: Shift[], lost: { count: number }): RunBackend {
  return {
    ...backend,
    claim: async (lease) => {
      const claim = await backend.claim(lease);
      if (claim && Math.random() < 0.1) {
        await sleep(1_300);
        lost.count += 1;
      }
      return claim;
    },
    save: async (claim, ...rest) => {
      const { run, input: { schedule } } = claim;
      const shift = { run: run.id, organization: schedule.organization_id, from: performance.now(), to: 0 };
      await backend.save(claim, ...rest);
      shifts.push({ ...shift, to: performance.now() });
    },
  };
}

async function workAll(url: string, sql: Sql, shifts: Shift[], overslept: { count: number }): Promise<string[]> {
  const own = connect(url);
  const outcomes: string[] = [];
  const backend = observed(sqlRunBackend(own), shifts, overslept);
  for (;;) {
    const outcome = await workSlice(backend, { milliseconds: 15, breathe: 5, leaseSeconds: 1 });
    outcomes.push(outcome);
    if (outcome !== "idle") continue;
    const [{ left }] = await sql<[{ left: number }]>`select count(*)::int as left from scheduling.run_states`;
    if (left === 0) break;
    await sleep(50);
  }
  await own.end();
  return outcomes;
}

nativeTest("many workers and runs: each run is worked by one at a time, and none is starved", async (sql, url) => {
  const [busy, quiet] = [await newOffice(sql), await newOffice(sql)];
  const greedy = await Promise.all(
    Array.from({ length: 8 }, async () => start(sql, await newSchedule(sql, busy), 60_000)),
  );
  const modest = await start(sql, await newSchedule(sql, quiet), 60_000);
  const [shifts, overslept]: [Shift[], { count: number }] = [[], { count: 0 }];
  const outcomes = (await Promise.all(Array.from({ length: 4 }, () => workAll(url, sql, shifts, overslept)))).flat();

  const runs = await sql`select id, status, done_evaluations::int, best_hard, best_soft from public.optimization_runs`;
  assert.equal(runs.length, 9);
  assert.ok(runs.every(({ status }) => status === "succeeded"), JSON.stringify(runs));
  assert.equal(new Set(runs.map(({ best_hard, best_soft }) => `${best_hard} ${best_soft}`)).size, 1, "the same of all");
  assert.equal(outcomes.filter((outcome) => outcome === "finished").length, 9, "each ended once");

  // Of each run the slices are saved one after the other, never two of the same work.
  for (const id of [...greedy, modest]) {
    const saves = shifts.filter(({ run }) => run === id).toSorted((a, b) => a.from - b.from);
    const [{ slices }] = await sql<[{ slices: number }]>`select slices from public.optimization_runs where id = ${id}`;
    assert.equal(slices, saves.length + 1, "every slice that was counted was saved by one worker");
  }
  const [end] = await sql`
    select count(*) filter (where r.ended_at < m.ended_at)::int as before
    from public.optimization_runs r, public.optimization_runs m where m.id = ${modest} and r.id <> m.id`;
  assert.ok(end!.before <= 2, `the one run of its organization ended after ${end!.before} of the other's eight`);
});
