import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { codeOf, nativeTest, sleep } from "./server.ts";

/** Reads a table in a transaction that stays open until the promise it is given settles. */
async function readLong(sql: Sql, table: string, until: Promise<void>): Promise<{ ended: Promise<unknown> }> {
  let reading!: () => void;
  const begun = new Promise<void>((resolve) => reading = resolve);
  const ended = sql.begin(async (tx) => {
    await tx`select count(*) from ${tx(table)}`;
    reading();
    await until;
  });
  await begun;
  return { ended };
}

async function millisecondsOf(work: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work;
  return performance.now() - started;
}

nativeTest("months are made while somebody reads for long: later, and without holding others up", async (sql) => {
  let finish!: () => void;
  const { ended } = await readLong(sql, "public.appointments", new Promise((resolve) => finish = resolve));
  const makeMonths = () => codeOf(sql`select core.ensure_month_partitions('public.appointments', 'appointments', 9)`);

  const upkeep = makeMonths();
  await sleep(300);
  const waited = await millisecondsOf(sql`select appointments.find(gen_random_uuid())`);
  assert.ok(waited < 2_000, `a look-up waited ${waited} ms`);
  assert.equal(await upkeep, "canceling statement due to lock timeout");
  finish();
  await ended;
  assert.equal(await makeMonths(), "ok");
});

nativeTest("old months go while somebody reads for long: later, and without holding others up", async (sql) => {
  await sql.unsafe(`
    create table core.events_2020_01 (like core.events including defaults including constraints);
    select core.attach_month('core.events', 'core.events_2020_01', '2020-01-01')`);
  let finish!: () => void;
  const { ended } = await readLong(sql, "core.events", new Promise((resolve) => finish = resolve));
  const expire = () => codeOf(sql`select core.keep_house()`);
  const isThere = async () => (await sql`select to_regclass('core.events_2020_01') is not null as there`)[0]!.there;

  const upkeep = expire();
  await sleep(300);
  const append = sql`select core.append_event(null, 'profile', gen_random_uuid(), 'profile.updated', '{}')`;
  const waited = await millisecondsOf(append);
  assert.ok(waited < 2_000, `an event waited ${waited} ms`);
  assert.equal(await upkeep, "ok");
  assert.equal(await isThere(), true);
  finish();
  await ended;
  assert.equal(await expire(), "ok");
  assert.equal(await isThere(), false);
});
