import assert from "node:assert/strict";
import type { Sql, TransactionSql } from "postgres";
import { nativeTest, sleep } from "./server.ts";

const writers = 16;
const transactionsEach = 60;

const append = (sql: Sql | TransactionSql, type: string) =>
  sql`select core.append_event(null, 'profile', gen_random_uuid(), ${type}, '{}')`;

/** Appends in transactions that stay open for up to 20 ms, so that commits overtake one another. */
async function write(sql: Sql): Promise<void> {
  for (let n = 0; n < transactionsEach; n++) {
    await sql.begin(async (tx) => {
      await append(tx, "test.happened");
      await tx`select pg_sleep(random() * 0.02)`;
    });
  }
}

/** What a consumer must not do: read on from the greatest position it has seen. */
async function readByPosition(sql: Sql, seen: Set<string>, stopped: () => boolean): Promise<void> {
  let last = 0;
  while (!stopped()) {
    const rows = await sql`
      select id, position from core.events where type = 'test.happened' and position > ${last} order by position`;
    for (const row of rows) seen.add(row.id);
    last = Number(rows.at(-1)?.position ?? last);
  }
}

/** Ticks and dispatches; returns the longest an event has waited for its job, in milliseconds. */
async function deliver(sql: Sql, stopped: () => boolean): Promise<number> {
  let longest = 0;
  while (!stopped()) {
    await sql`select core.tick(), core.dispatch()`;
    const [{ waited }] = await sql<[{ waited: number }]>`
      select coalesce(extract(epoch from clock_timestamp() - min(e.recorded_at)) * 1000, 0)::float8 as waited
      from core.events e
      where e.type = 'test.happened' and not exists (select from core.jobs j where j.event_id = e.id)`;
    longest = Math.max(longest, waited);
    await sleep(5);
  }
  return longest;
}

async function deliveriesOf(sql: Sql, type: string): Promise<number[]> {
  const rows = await sql`
    select count(j.id)::int as jobs from core.events e left join core.jobs j on j.event_id = e.id
    where e.type = ${type} group by e.id`;
  return rows.map((row) => row.jobs);
}

/** A transaction that has appended an event and stays open until it is released. */
async function holdOpen(sql: Sql): Promise<{ commit: () => Promise<unknown> }> {
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

/** Runs the loops beside the writers, and a moment longer. */
async function during<T>(sql: Sql, count: number, loops: (stopped: () => boolean) => Promise<T>[]): Promise<T[]> {
  let stop = false;
  const running = Promise.all(loops(() => stop));
  try {
    await Promise.all(Array.from({ length: count }, () => write(sql)));
    await sleep(100);
  } finally {
    stop = true;
  }
  return await running;
}

nativeTest("every event is delivered once, while one transaction stays open", async (sql) => {
  await sql`select core.register_queue('tests', 'tests')`;
  await sql`select core.register_consumer('tests', array['test.*'], 'tests', 'test')`;
  const open = await holdOpen(sql);
  try {
    const seenByPosition = new Set<string>();
    const [longest] = await during(sql, writers, (stopped) => [
      deliver(sql, stopped),
      readByPosition(sql, seenByPosition, stopped).then(() => 0),
    ]);

    const total = writers * transactionsEach;
    const deliveries = await deliveriesOf(sql, "test.happened");
    assert.equal(deliveries.length, total);
    assert.ok(deliveries.every((jobs) => jobs === 1), "none lost and none twice while a transaction was open");
    assert.ok(longest! < 2_000, `an event waited ${Math.round(longest!)} ms for a transaction that is not its own`);
    assert.ok(seenByPosition.size < total, "reading by position loses some: otherwise this test proves nothing");
    console.log(
      `${total} events delivered, the longest wait ${Math.round(longest!)} ms; ` +
        `by position ${total - seenByPosition.size} would have been lost`,
    );
    assert.deepEqual(await deliveriesOf(sql, "test.held_back"), []);
  } finally {
    await open.commit();
  }
  await sql`select core.tick(), core.dispatch()`;
  assert.deepEqual(await deliveriesOf(sql, "test.held_back"), [1]);
});

nativeTest("concurrent dispatchers deliver each event once, and nothing ticks without events", async (sql) => {
  await sql`select core.register_queue('tests', 'tests')`;
  await sql`select core.register_consumer('one', array['test.*'], 'tests', 'one')`;
  await sql`select core.register_consumer('two', array['*'], 'tests', 'two')`;
  await during(sql, 4, (stopped) => Array.from({ length: 4 }, () => deliver(sql, stopped)));

  const deliveries = await deliveriesOf(sql, "test.happened");
  assert.equal(deliveries.length, 4 * transactionsEach);
  assert.ok(deliveries.every((jobs) => jobs === 2), "one job for each consumer");
  const [{ tick }] = await sql<[{ tick: string | null }]>`select core.tick() as tick`;
  assert.equal(tick, null);
});
