import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { codeOf, nativeTest, sleep } from "./server.ts";

const jobs = 600;
const workers = 8;

/** One in five batches is left lying until its lease of a second ends, as by a worker that died or overslept. */
async function work(sql: Sql, completions: Map<string, number>, outcomes: string[]): Promise<void> {
  for (;;) {
    const claimed = await sql`select id, lease_token from core.claim_jobs('tests', 10, 1)`;
    if (claimed.length === 0) {
      const [{ left }] = await sql<[{ left: number }]>`
        select count(*)::int as left from core.jobs where finished_at is null`;
      if (left === 0) return;
      await sleep(50);
      continue;
    }
    if (Math.random() < 0.2) await sleep(1_500);
    for (const { id, lease_token } of claimed) {
      const outcome = await codeOf(sql`select core.complete_job(${id}, ${lease_token})`);
      outcomes.push(outcome);
      if (outcome === "ok") completions.set(id, (completions.get(id) ?? 0) + 1);
    }
  }
}

nativeTest("each job is completed by one worker, also when others oversleep", async (sql) => {
  await sql`select core.register_queue('tests', 'tests')`;
  await sql`select core.enqueue('tests', 'test', '{}') from generate_series(1, ${jobs})`;
  await sql`update core.jobs set max_attempts = 100`;
  const completions = new Map<string, number>();
  const outcomes: string[] = [];
  await Promise.all(Array.from({ length: workers }, () => work(sql, completions, outcomes)));

  assert.equal(completions.size, jobs);
  assert.ok([...completions.values()].every((times) => times === 1), "no job was completed twice");
  assert.deepEqual([...new Set(outcomes)].sort(), ["lease_lost", "ok"], "and those who overslept were told");
  const [{ done }] = await sql<[{ done: number }]>`
    select count(*)::int as done from core.jobs where status = 'done' and lease_token is null`;
  assert.equal(done, jobs);
});
