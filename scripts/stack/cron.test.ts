import assert from "node:assert/strict";
import { type CronRunner, startCron } from "./cron.ts";
import type { Db } from "./db.ts";
import { openPlatform } from "./platform-testing.ts";

interface Run {
  status: string;
  return_message: string;
}

const runs = (db: Db, job: string) =>
  db.query<Run>(
    `select d.status, d.return_message from cron.job_run_details d join cron.job j using (jobid)
      where j.jobname = $1::text order by d.runid`,
    [job],
  );

/** Schedules as a migration would: as the role that is not a superuser. */
const schedule = (db: Db, job: string, when: string, command: string) =>
  db.exec(`set local role hosted_postgres; select cron.schedule('${job}', '${when}', $job$${command}$job$);`);

async function until(fact: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await fact())) {
    assert.ok(Date.now() < deadline, "did not happen within 15 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Deno.test("cron", { sanitizeExit: false }, async (test) => {
  await using platform = await openPlatform();
  const { db } = platform;
  const lines: string[] = [];
  await db.exec(
    "create table public.marks (who text, at timestamptz default clock_timestamp()); grant all on public.marks to public",
  );
  let cron: CronRunner = startCron(db, { log: (line) => lines.push(line), tickMs: 100 });

  await test.step("a job runs as its owner, in one transaction, with a record", async () => {
    await schedule(
      db,
      "two",
      "0 0 1 1 *",
      "insert into marks (who) values (current_user); insert into marks (who) values ('b')",
    );
    assert.equal(await cron.run("two"), "succeeded");
    assert.deepEqual(await runs(db, "two"), [{ status: "succeeded", return_message: "" }]);
    const marks = await db.query<{ who: string }>("select who from marks order by at");
    assert.deepEqual(marks.map(({ who }) => who), ["hosted_postgres", "b"]);
  });

  await test.step("a failure is recorded and undoes the run", async () => {
    await schedule(db, "bad", "0 0 1 1 *", "insert into marks (who) values ('bad'); select 1 / 0");
    assert.equal(await cron.run("bad"), "failed");
    assert.deepEqual(await runs(db, "bad"), [{ status: "failed", return_message: "ERROR: division by zero" }]);
    assert.deepEqual(await db.query("select from marks where who = 'bad'"), []);
    assert.match(lines.join("\n"), /division by zero/);
  });

  await test.step("seconds are kept while others are due too; an unscheduled job stops", async () => {
    await schedule(db, "fast", "1 second", "insert into marks (who) values ('fast')");
    await until(async () => (await runs(db, "fast")).length >= 2);
    const gaps = await db.query<{ gap: number }>(
      "select extract(epoch from at - lag(at) over (order by at))::float8 as gap from marks where who = 'fast'",
    );
    for (const { gap } of gaps.slice(1)) assert.ok(gap > 0.8 && gap < 3, `runs ${gap} s apart`);
    await db.exec("set local role hosted_postgres; select cron.unschedule('fast');");
  });

  await test.step("a schedule nobody can read is reported once and harms no other job", async () => {
    await schedule(db, "odd", "sometimes", "select 1");
    await schedule(db, "next", "1 second", "select 1");
    await until(async () => (await runs(db, "next")).length >= 2);
    assert.equal(lines.filter((line) => line.includes("sometimes")).length, 1);
  });

  await test.step("old records go", async () => {
    await cron.stop();
    await db.exec("update cron.job_run_details set start_time = now() - interval '2 days'");
    cron = startCron(db, { log: (line) => lines.push(line), tickMs: 100 });
    const old = "select from cron.job_run_details where start_time < now() - interval '1 day'";
    await until(async () => (await db.query(old)).length === 0);
  });

  await cron.stop();
});
