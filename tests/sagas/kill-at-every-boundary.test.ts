import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { withFreshDatabase } from "../../scripts/db/fresh.ts";
import { accounts, type Input, workOne } from "./five-steps.ts";
import { callAsService, connect } from "./sql-backend.ts";
import type { Orders } from "./worker.ts";

const worker = new URL("./worker.ts", import.meta.url).pathname;
const steps = [1, 2, 3, 4, 5];

/** A worker that waits for its orders. */
function startWorker() {
  const args = ["run", "--quiet", "--no-check", "--allow-all", worker];
  const child = new Deno.Command(Deno.execPath(), {
    args,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const work = async (orders: Orders) => {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(orders)));
    await writer.close();
    const { stdout, signal } = await child.output();
    return { killed: signal === "SIGKILL", at: new TextDecoder().decode(stdout) };
  };
  return { work, dismiss: () => work({ url: "", queue: "", dieAt: 0 }).catch(() => {}) };
}

/** The next worker starts up while the one before works. */
function workers() {
  const ready = [startWorker()];
  return {
    next() {
      ready.push(startWorker());
      return ready.shift()!;
    },
    close: () => Promise.all(ready.map(({ dismiss }) => dismiss())),
  };
}

const start = async (sql: Sql, input: Input, queue = "tests") =>
  (await callAsService(sql, "start_saga", { organization_id: null, name: "five_steps", input, queue }) as {
    id: string;
  }).id;

/** All leases end, all that waits is due. */
async function letTimePass(sql: Sql, queue = "tests"): Promise<void> {
  await sql`update core.jobs set run_at = now() - interval '1 second', leased_until = leased_until - interval '1 hour'
    where queue = ${queue} and finished_at is null`;
  await sql`update core.sagas set run_at = now() - interval '1 second', leased_until = leased_until - interval '1 hour'
    where queue = ${queue} and finished_at is null`;
}

async function finish(sql: Sql, queue = "tests"): Promise<void> {
  do await letTimePass(sql, queue); while (await workOne(sql, queue, () => {}));
}

interface Outcome {
  status: string;
  steps: string;
  /** `amount/moves` of each account, in order. */
  accounts: string[];
}

async function outcomeOf(sql: Sql, id: string): Promise<Outcome> {
  const [row] = await sql<[Outcome]>`
    select s.status,
      (select string_agg(t.status, ' ' order by t.position) from core.saga_steps t where t.saga_id = s.id) as steps,
      array(select coalesce(a.amount || '/' || a.moves, '-') from generate_series(1, 5) n
        left join public.accounts a on a.saga_id = s.id and a.step = n order by n) as accounts
    from core.sagas s where s.id = ${id}`;
  return { ...row };
}

/** Kills a worker at each of its points in turn, from the given one to its last, and lets another one finish. */
async function killAtEach(sql: Sql, url: string, input: Input, from: number, expected: Outcome): Promise<string[]> {
  const deaths: string[] = [];
  let next = from;
  let ended = false;
  // Processes start slowly: three sagas at a time, on queues of their own.
  const lane = async (queue: string) => {
    const pool = workers();
    try {
      while (!ended) {
        const dieAt = next++;
        const id = await start(sql, input, queue);
        const { killed, at } = await pool.next().work({ url, queue, dieAt });
        await finish(sql, queue);
        const label = `killed at point ${dieAt}, ${at || "never"}, of ${JSON.stringify(input)}`;
        assert.deepEqual(await outcomeOf(sql, id), expected, label);
        if (killed) deaths.push(at);
        else ended = true;
      }
    } finally {
      ended = true;
      await pool.close();
    }
  };
  await Promise.all(["lane_a", "lane_b", "lane_c"].map(lane));
  return deaths;
}

/** Ten points a turn at most; those of the turns before the failing one are the same as in success. */
async function pointsBefore(sql: Sql, input: Input): Promise<number> {
  let points = 0;
  await start(sql, input);
  for (let turn = 1; turn < input.fails!.step; turn++) {
    await letTimePass(sql);
    await workOne(sql, "tests", () => points += 1);
  }
  await finish(sql);
  return points;
}

const everyPoint = [
  "after the effect",
  "before the effect",
  "before the effect commits",
  "claimed",
  "job claimed",
  "job completed",
  "planned",
  "recorded",
];

function killTest(name: string, run: (sql: Sql, url: string) => Promise<void>): void {
  Deno.test(name, () =>
    withFreshDatabase(async (url) => {
      const sql = connect(url, 3);
      try {
        await sql.unsafe(accounts);
        await run(sql, url);
      } finally {
        await sql.end({ timeout: 5 });
      }
    }));
}

killTest("a saga whose worker is killed at any point of success is done, each effect once", async (sql, url) => {
  const done: Outcome = { status: "done", steps: "done done done done done", accounts: steps.map(() => "1/1") };
  const deaths = await killAtEach(sql, url, {}, 1, done);
  assert.deepEqual([...new Set(deaths)].sort(), everyPoint);
  assert.equal(deaths.length, 5 * 7 + 1);
});

for (const failing of steps) {
  const after = failing % 2 === 1;
  killTest(
    `killed at any point after step ${failing} of five fails, it is undone, each effect once`,
    async (sql, url) => {
      const input = { fails: { step: failing, after } };
      const undone: Outcome = {
        status: "undone",
        steps: steps.map((step) => step <= failing ? "compensated" : "pending").join(" "),
        accounts: steps.map((step) => step < failing || step === failing && after ? "0/2" : "-"),
      };
      const deaths = await killAtEach(sql, url, input, await pointsBefore(sql, input) + 1, undone);
      assert.ok(deaths.includes("failure recorded"));
      assert.ok(deaths.length >= 7 * failing, `${deaths.length} points`);
    },
  );
}

killTest(
  "killed at any point while a compensation fails to the last, it is parked, and undone once resumed",
  async (sql, url) => {
    const input = { fails: { step: 3, after: false }, sticks: 2 };
    const parked: Outcome = {
      status: "parked",
      steps: "done parked compensated pending pending",
      accounts: ["1/1", "1/1", "-", "-", "-"],
    };
    await killAtEach(sql, url, input, await pointsBefore(sql, input) + 1, parked);
    const [{ id }] = await sql<[{ id: string }]>`select id from core.sagas where status = 'parked' limit 1`;
    await callAsService(sql, "resume_saga", { saga_id: id, decision: "skip", reason: "Taken back by hand" });
    await finish(sql);
    assert.deepEqual(await outcomeOf(sql, id), {
      status: "undone",
      steps: "compensated skipped compensated pending pending",
      accounts: ["0/2", "1/1", "-", "-", "-"],
    });
  },
);
