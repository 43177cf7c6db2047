import type { Sql, TransactionSql } from "postgres";

export const writers = 16;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Appends an event to a stream of its own. */
export const append = (sql: Sql | TransactionSql, type: string) =>
  sql`select core.append_event(null, 'profile', gen_random_uuid(), ${type}, '{}')`;

/** Appends in transactions that stay open for up to 20 ms, so that commits overtake one another. */
async function write(sql: Sql, transactions: number): Promise<void> {
  for (let n = 0; n < transactions; n++) {
    await sql.begin(async (tx) => {
      await append(tx, "test.happened");
      await tx`select pg_sleep(random() * 0.02)`;
    });
  }
}

/**
 * Ticks and dispatches until it is stopped and nothing is left to deliver; returns the longest an event has waited for
 * its job, in milliseconds.
 */
export async function deliver(sql: Sql, stopped: () => boolean): Promise<number> {
  let longest = 0;
  while (true) {
    const ending = stopped();
    const [{ sent }] = await sql<[{ sent: number }]>`select core.tick(), core.dispatch() as sent`;
    const [{ waited }] = await sql<[{ waited: number }]>`
      select coalesce(extract(epoch from clock_timestamp() - min(e.recorded_at)) * 1000, 0)::float8 as waited
      from core.events e
      where e.type = 'test.happened' and not exists (select from core.jobs j where j.event_id = e.id)`;
    longest = Math.max(longest, waited);
    if (ending && sent === 0) return longest;
    if (!ending) await sleep(5);
  }
}

/** For each event of a type the number of jobs it became. */
export async function deliveriesOf(sql: Sql, type: string): Promise<number[]> {
  const rows = await sql`
    select count(j.id)::int as jobs from core.events e left join core.jobs j on j.event_id = e.id
    where e.type = ${type} group by e.id`;
  return rows.map((row) => row.jobs);
}

/** A transaction that has appended an event and stays open until it is released. */
export async function holdOpen(sql: Sql): Promise<{ commit: () => Promise<unknown> }> {
  const appended = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const transaction = sql.begin(async (tx) => {
    await append(tx, "test.held_back");
    appended.resolve();
    await released.promise;
  });
  await appended.promise;
  return { commit: () => (released.resolve(), transaction) };
}

/** Runs loops beside the writers; they are stopped when the last write has committed. */
export async function besideWriters<T>(
  sql: Sql,
  count: number,
  transactions: number,
  loops: (stopped: () => boolean) => Promise<T>[],
): Promise<T[]> {
  let stop = false;
  const running = Promise.all(loops(() => stop));
  try {
    await Promise.all(Array.from({ length: count }, () => write(sql, transactions)));
  } finally {
    stop = true;
  }
  return await running;
}
