import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { PgBoss } from "pg-boss";
import postgres, { type Sql } from "postgres";
import { documents, drain, inBatches, subscribers } from "./bus-load.ts";

/** A way to hand over so many jobs and have each processed once. */
export interface Rival {
  readonly name: string;
  /** The settings that its documentation recommends for throughput. */
  readonly settings: string;
  /** Whether it keeps no attempts, no errors and no leases: taking from a backlog is stated, and no match for those that do. */
  readonly bare?: boolean;
  /** Whether a job is gone when its worker dies. */
  readonly atMostOnce?: boolean;
  /** Runs a load against a database; `backlog`: all is enqueued before the first is taken. Returns seconds. */
  measure(url: string, jobs: number, backlog: boolean): Promise<number>;
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** Enqueues and takes side by side, or takes what was enqueued before. */
async function both(enqueue: () => Promise<unknown>, take: () => Promise<unknown>, backlog: boolean): Promise<number> {
  if (!backlog) return await seconds(() => Promise.all([enqueue(), take()]));
  await enqueue();
  return await seconds(take);
}

const pgBoss: Rival = {
  name: "pg-boss",
  settings: "insert of 1,000, fetch and complete of 500 in 4 loops, a partition of its own",
  async measure(url, jobs, backlog) {
    const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false });
    boss.on("error", (error) => console.error(error));
    await boss.start();
    const queue = `bench-${crypto.randomUUID()}`;
    await boss.createQueue(queue, { partition: true });
    try {
      return await both(
        () =>
          inBatches(
            jobs,
            1000,
            2,
            (from, count) => boss.insert(queue, documents(count, from).map((data) => ({ data }))),
          ),
        () =>
          drain(jobs, 4, async () => {
            const fetched = await boss.fetch(queue, { batchSize: 500 });
            if (fetched.length) await boss.complete(queue, fetched.map(({ id }) => id));
            return fetched.length;
          }),
        backlog,
      );
    } finally {
      await boss.stop({ graceful: false });
    }
  },
};

const graphileWorker: Rival = {
  name: "graphile-worker",
  settings: "addJobs of 1,000, 24 concurrent jobs, local queue of 500, completions in batches without delay",
  async measure(url, jobs, backlog) {
    // It writes a line for each job otherwise.
    const logger = new Logger(() => () => {});
    const utils = await makeWorkerUtils({ connectionString: url, logger });
    await utils.migrate();
    let done = 0;
    const finished = Promise.withResolvers<void>();
    const take = async () => {
      const runner = await run({
        connectionString: url,
        noHandleSignals: true,
        logger,
        taskList: { happened: () => void (++done === jobs && finished.resolve()) },
        preset: {
          worker: {
            concurrentJobs: 24,
            maxPoolSize: 25,
            pollInterval: 100,
            localQueue: { size: 500 },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      });
      await finished.promise;
      await runner.stop();
    };
    try {
      return await both(
        () =>
          inBatches(
            jobs,
            1000,
            2,
            (from, count) =>
              utils.addJobs(documents(count, from).map((payload) => ({ identifier: "happened", payload }))),
          ),
        take,
        backlog,
      );
    } finally {
      await utils.release();
    }
  },
};

/** A table and nothing else. `take` says how a batch of 100 is handed out. */
function plainTable(name: string, settings: string, take: (sql: Sql) => Promise<number>, atMostOnce = false): Rival {
  return {
    name,
    settings,
    bare: true,
    atMostOnce,
    async measure(url, jobs, backlog) {
      const sql = postgres(url, { max: 6, onnotice: () => {} });
      await sql`
        create table if not exists plain_jobs (id bigint generated always as identity primary key, payload jsonb not null)`;
      try {
        return await both(
          () =>
            inBatches(
              jobs,
              100,
              2,
              (from, count) =>
                sql`insert into plain_jobs (payload) select * from jsonb_array_elements(${
                  sql.json(documents(count, from))
                })`,
            ),
          () => drain(jobs, 4, () => take(sql)),
          backlog,
        );
      } finally {
        await sql.end();
      }
    },
  };
}

/** What any queue of rows has to do at least: a row stays locked while it is worked on. */
const skipLocked = plainTable(
  "a SKIP LOCKED table",
  "batches of 100, 4 drainers, each holds its rows locked until they are done",
  (sql) =>
    sql.begin(async (tx) => {
      const taken = await tx`select id, payload from plain_jobs order by id limit 100 for update skip locked`;
      if (taken.length) await tx`delete from plain_jobs where id = any (${taken.map(({ id }) => id)}::bigint[])`;
      return taken.length;
    }),
);

const deleteFirst = plainTable(
  "a SKIP LOCKED table that deletes first",
  "batches of 100, 4 drainers; a worker that dies loses its batch",
  async (sql) =>
    (await sql`
      delete from plain_jobs where id in (
        select id from plain_jobs order by id limit 100 for update skip locked
      ) returning payload`).length,
  true,
);

/** The way of pgmq: a message is leased by its visibility time, then deleted. */
const visibility: Rival = {
  name: "read and delete as pgmq does",
  settings: "send, read and delete of 100, 4 drainers",
  async measure(url, jobs, backlog) {
    const sql = postgres(url, { max: 6, onnotice: () => {} });
    await sql`
      create table if not exists messages (
        msg_id bigint generated always as identity primary key, read_ct int not null default 0,
        enqueued_at timestamptz not null default now(), vt timestamptz not null default now(), message jsonb)`;
    await sql`create index if not exists messages_vt_idx on messages (vt)`;
    try {
      return await both(
        () =>
          inBatches(
            jobs,
            100,
            2,
            (from, count) =>
              sql`insert into messages (message) select * from jsonb_array_elements(${
                sql.json(documents(count, from))
              })`,
          ),
        () =>
          drain(jobs, 4, async () => {
            const read = await sql`
            with cte as (
              select msg_id from messages where vt <= clock_timestamp() order by msg_id limit 100 for update skip locked
            )
            update messages m set vt = clock_timestamp() + interval '1 minute', read_ct = read_ct + 1
            from cte where m.msg_id = cte.msg_id returning m.msg_id, m.message`;
            if (read.length) {
              await sql`delete from messages where msg_id = any (${read.map(({ msg_id }) => msg_id)}::bigint[])`;
            }
            return read.length;
          }),
        backlog,
      );
    } finally {
      await sql.end();
    }
  },
};

export const rivals: readonly Rival[] = [pgBoss, graphileWorker, visibility, skipLocked, deleteFirst];

/** As many jobs as there are deliveries of so many events. */
export const jobsOf = (events: number): number => events * subscribers;
