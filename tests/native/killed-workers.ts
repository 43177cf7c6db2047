import postgres, { type Sql } from "postgres";
import { sleep } from "./server.ts";

/** One handling of an event by a worker. */
export interface Handling {
  readonly id: string;
  readonly aggregate: string;
  readonly version: number;
  readonly claim: Claim;
  /** The lane, the attempt and the moment, for whoever has to find out what went wrong. */
  readonly trace: string;
}

/**
 * What became of a claim: `acked` is certain, `unknown` when the connection was lost while it was acknowledged; who
 * `overslept` was told so.
 */
export interface Claim {
  end: "open" | "acked" | "unknown" | "killed" | "overslept";
  /** Events whose handling was refused: they were not handled in it. */
  readonly nacked: Set<string>;
}

export interface Run {
  readonly sql: Sql;
  readonly url: string;
  readonly subscription: string;
  readonly handlings: Handling[];
  /** Kills that are still to come. */
  kills: number;
  killed: number;
  writing: boolean;
}

interface Delivered {
  event: { id: string; aggregateid: string; aggregateversion: number };
  lane: number;
  attempt: number;
  lease_token: string;
}

const connect = (url: string) => postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10, idle_timeout: 0 });
const chance = (share: number) => Math.random() < share;

/** Claims, handles and acknowledges until all is written, delivered and killed; is killed at random moments. */
export async function work(run: Run): Promise<void> {
  let connection = connect(run.url);
  let pid = await pidOf(connection);
  while (run.writing || run.kills > 0 || await undelivered(run) > 0) {
    const doomed = run.kills > 0 && chance(0.5);
    if (doomed) run.kills--;
    const claim: Claim = { end: "open", nacked: new Set() };
    const execution = doomed ? killLater(run, pid) : undefined;
    try {
      if (!await workOnce(run, connection, claim)) await sleep(5);
    } catch (failure) {
      if (failure instanceof postgres.PostgresError && failure.message === "lease_lost") claim.end = "overslept";
      else if (!doomed || failure instanceof TypeError) throw failure;
      else if (claim.end === "open") claim.end = "killed";
    }
    if (!execution) continue;
    await execution;
    run.killed++;
    await connection.end({ timeout: 0 });
    connection = connect(run.url);
    pid = await pidOf(connection);
  }
  await connection.end({ timeout: 5 });
}

/** Whether there was something to do. */
async function workOnce(run: Run, connection: Sql, claim: Claim): Promise<boolean> {
  const { subscription, handlings } = run;
  const delivered = await connection<Delivered[]>`
    select event, lane, attempt, lease_token from core.claim_events(${subscription}, null, ${
    1 + Math.floor(Math.random() * 20)
  }, 6)`;
  if (delivered.length === 0) return false;
  const lease = delivered[0]!.lease_token;
  const taken = new Set<string>();
  for (const { event, lane, attempt } of delivered) {
    if (taken.has(event.id)) continue;
    if (chance(0.2)) await sleep(Math.random() * 3);
    if (chance(0.02)) {
      const command = `core.nack_events('${subscription}', '${lease}', '${event.id}', 'not now', interval '0')`;
      const answer = await committed<{ parked: string[] }>(connection, command);
      for (const id of [event.id, ...answer.parked]) taken.add(id);
      claim.nacked.add(event.id);
      continue;
    }
    const trace = `lane ${lane}, attempt ${attempt}, claim ${lease.slice(0, 8)}, ${Math.round(performance.now())} ms`;
    handlings.push({ id: event.id, aggregate: event.aggregateid, version: event.aggregateversion, claim, trace });
  }
  if (delivered.every(({ event }) => taken.has(event.id))) {
    claim.end = "acked";
    return true;
  }
  claim.end = "unknown";
  await committed(connection, `core.ack_events('${subscription}', '${lease}')`);
  claim.end = "acked";
  return true;
}

/**
 * By the extended protocol a statement's answer is sent before its commit: a backend that is ended between the two has
 * answered and done nothing. By the simple one it is sent after.
 */
async function committed<Answer>(connection: Sql, command: string): Promise<Answer> {
  const [row] = await connection.unsafe(`select ${command} as answer`).simple();
  return row!.answer;
}

/** Ends the worker's connection at a random moment of its next claim: before it, under way, or after its end. */
async function killLater({ sql }: Run, pid: number): Promise<void> {
  await sleep(Math.random() * 15);
  await sql`select pg_terminate_backend(${pid})`;
}

async function pidOf(connection: Sql): Promise<number> {
  const [{ pid }] = await connection<[{ pid: number }]>`select pg_backend_pid() as pid`;
  return pid;
}

export async function undelivered({ sql, subscription }: Run): Promise<number> {
  const [{ lag }] = await sql<[{ lag: number }]>`
    select coalesce(sum((core.lane_lag(l, s, 100, t)).events), 0)::int
      + (select count(*)::int from core.redeliveries r where r.subscription_id = s.id and r.dead_at is null) as lag
    from public.subscriptions s
    join core.lanes l on l.subscription_id = s.id
    join core.ticks t on t.id = (select max(id) from core.ticks)
    where s.id = ${subscription}
    group by s.id`;
  return lag;
}

/** Leases and waits pass fifty times as fast: a killed worker's lane is free after 120 ms instead of six seconds. */
export async function hurry({ sql, subscription }: Run, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    await sql`
      update core.lanes set leased_until = leased_until - interval '1 second'
      where subscription_id = ${subscription} and leased_until > now()`;
    await sql`
      update core.redeliveries set run_at = now()
      where subscription_id = ${subscription} and run_at < 'infinity' and run_at > now() and dead_at is null`;
    await sleep(20);
  }
}

/** Appends events of a few aggregates, in transactions that overtake one another. */
export async function write(run: Run, organization: string, transactions: number): Promise<void> {
  for (let n = 0; n < transactions; n++) {
    const aggregates = [...new Set(Array.from({ length: 3 }, () => Math.floor(Math.random() * 40)))].sort();
    await run.sql.begin(async (tx) => {
      for (const aggregate of aggregates) {
        const id = `00000000-0000-4000-8000-${aggregate.toString(16).padStart(12, "0")}`;
        await tx`select core.append_event(${organization}, 'organization', ${id}, 'test.happened', '{}')`;
      }
      if (chance(0.3)) await sleep(Math.random() * 20);
    });
  }
}
