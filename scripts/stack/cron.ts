import { parseSchedule } from "./cron-schedule.ts";
import type { Db } from "./db.ts";

export interface CronOptions {
  log(line: string): void;
  /** How often to look for due jobs (default one second). */
  tickMs?: number;
}

/** Runs the jobs of the pg_cron stand-in. */
export interface CronRunner {
  /** Runs a job now, whatever its schedule. */
  run(jobname: string): Promise<RunStatus>;
  /** Lets the runs under way finish. */
  stop(): Promise<void>;
}

export type RunStatus = "succeeded" | "failed";

interface Job {
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
}

interface JobState {
  schedule: string;
  /** Its last start, or when it was first seen: it is due next after this. */
  since: Date;
  running: boolean;
  invalid: boolean;
}

const JOBS = "select jobid::text, schedule, command, database, username from cron.job";
const TICK_MS = 1_000;
const PRUNE_MS = 60_000;
const PRUNE = `delete from cron.job_run_details
  where start_time < now() - interval '24 hours' or runid <= (select max(runid) - 5000 from cron.job_run_details)`;

const quoteIdentifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Runs one job as its owner and keeps a record of it, as pg_cron does. */
async function execute(db: Db, job: Job, log: CronOptions["log"]): Promise<RunStatus> {
  const [run] = await db.query<{ runid: string }>(
    `insert into cron.job_run_details (jobid, database, username, command, status, start_time)
     values ($1::text::bigint, $2::text, $3::text, $4::text, 'running', clock_timestamp()) returning runid::text`,
    [job.jobid, job.database, job.username, job.command],
  );
  let status: RunStatus = "succeeded", message = "";
  try {
    await db.exec(`set local role ${quoteIdentifier(job.username)};\n${job.command}`);
  } catch (error) {
    status = "failed";
    message = `ERROR: ${(error as Error).message}`;
    log(`cron job ${job.jobid}: ${message}`);
  }
  await db.query(
    `update cron.job_run_details set status = $2::text, return_message = $3::text, end_time = clock_timestamp()
      where runid = $1::text::bigint`,
    [run!.runid, status, message],
  );
  return status;
}

/**
 * Starts what pg_cron's background worker does: each second it starts the active jobs that are due, each as its owner,
 * one run of a job at a time. A job that fell due while it ran follows once; what fell due while the stack was down is
 * not made up for.
 */
export function startCron(db: Db, options: CronOptions): CronRunner {
  return new Runner(db, options);
}

class Runner implements CronRunner {
  readonly #db: Db;
  readonly #log: CronOptions["log"];
  readonly #states = new Map<string, JobState>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #timer: ReturnType<typeof setInterval>;
  #stopped = false;
  #looking = false;
  #pruned = 0;

  constructor(db: Db, { log, tickMs = TICK_MS }: CronOptions) {
    this.#db = db;
    this.#log = log;
    this.#timer = setInterval(() => {
      if (!this.#looking) this.#keep(this.#tick());
    }, tickMs);
  }

  async run(jobname: string): Promise<RunStatus> {
    const [job] = await this.#db.query<Job>(`${JOBS} where jobname = $1::text`, [jobname]);
    if (!job) throw new Error(`there is no cron job ${jobname}`);
    return await execute(this.#db, job, this.#log);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #tick(): Promise<void> {
    this.#looking = true;
    try {
      const jobs = await this.#db.query<Job>(`${JOBS} where active`);
      this.#forgetOthers(jobs);
      const now = new Date();
      for (const job of jobs) {
        const state = this.#stateOf(job);
        if (!this.#stopped && !state.running && this.#isDue(job, state, now)) this.#keep(this.#start(job, state, now));
      }
      if (now.getTime() - this.#pruned < PRUNE_MS) return;
      this.#pruned = now.getTime();
      await this.#db.query(PRUNE);
    } finally {
      this.#looking = false;
    }
  }

  #forgetOthers(jobs: readonly Job[]): void {
    const known = new Set(jobs.map((job) => job.jobid));
    for (const id of this.#states.keys()) if (!known.has(id)) this.#states.delete(id);
  }

  #stateOf(job: Job): JobState {
    const known = this.#states.get(job.jobid);
    if (known?.schedule === job.schedule) return known;
    const state = { schedule: job.schedule, since: new Date(), running: known?.running ?? false, invalid: false };
    this.#states.set(job.jobid, state);
    return state;
  }

  #isDue(job: Job, state: JobState, now: Date): boolean {
    if (state.invalid) return false;
    try {
      const due = parseSchedule(job.schedule).dueAfter(state.since);
      return due !== null && due <= now;
    } catch (error) {
      state.invalid = true; // said once, not each second
      this.#log(`cron job ${job.jobid}: ${(error as Error).message}`);
      return false;
    }
  }

  async #start(job: Job, state: JobState, now: Date): Promise<void> {
    state.running = true;
    state.since = now;
    try {
      await execute(this.#db, job, this.#log);
    } finally {
      state.running = false;
    }
  }

  /** Work that `stop` waits for and whose failure is told. */
  #keep(work: Promise<unknown>): void {
    const kept = work
      .catch((error) => this.#log(`cron: ${(error as Error).message}`))
      .finally(() => this.#underWay.delete(kept));
    this.#underWay.add(kept);
  }
}
