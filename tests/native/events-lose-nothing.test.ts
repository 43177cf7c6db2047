import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { besideWriters, deliver, deliveriesOf, holdOpen, writers } from "../../scripts/bench/event-load.ts";
import { nativeTest } from "./server.ts";

const transactionsEach = 60;

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

nativeTest("every event is delivered once, while one transaction stays open", async (sql) => {
  await sql`select core.register_queue('tests', 'tests')`;
  await sql`select core.register_consumer('tests', array['test.*'], 'tests', 'test')`;
  const open = await holdOpen(sql);
  try {
    const seenByPosition = new Set<string>();
    const [longest] = await besideWriters(sql, writers, transactionsEach, (stopped) => [
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
  await besideWriters(sql, 4, transactionsEach, (stopped) => Array.from({ length: 4 }, () => deliver(sql, stopped)));

  const deliveries = await deliveriesOf(sql, "test.happened");
  assert.equal(deliveries.length, 4 * transactionsEach);
  assert.ok(deliveries.every((jobs) => jobs === 2), "one job for each consumer");
  const [{ tick }] = await sql<[{ tick: string | null }]>`select core.tick() as tick`;
  assert.equal(tick, null);
});
