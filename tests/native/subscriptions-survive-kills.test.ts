import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { type Handling, hurry, type Run, undelivered, work, write } from "./killed-workers.ts";
import { nativeTest } from "./server.ts";

const kills = 1_000;
const workers = 16;
const members = 32;
const writers = 4;

async function subscribe(sql: Sql): Promise<{ organization: string; subscription: string }> {
  const organization = crypto.randomUUID();
  await sql`insert into public.organizations (id, slug, name, kind, time_zone) values (${organization}, 'bus', 'Bus', 'clinic', 'UTC')`;
  await sql`select core.append_event(${organization}, 'organization', ${organization}, 'organization.created', '{}')`;
  const [{ subscription }] = await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', '{"role": "service_role"}', true)`;
    const wanted = tx.json({ name: "Survivor", types: ["test.*"], members, max_attempts: 100 });
    return await tx<[{ subscription: string }]>`
      select public.create_subscription(${organization}, ${wanted}) ->> 'id' as subscription`;
  });
  return { organization, subscription };
}

/** Nothing is handled before what came before it; a step back is to what was not acknowledged. */
function assertOrder(handlings: readonly Handling[]): void {
  for (const ofAggregate of Map.groupBy(handlings, ({ aggregate }) => aggregate).values()) {
    let greatest = 0;
    for (const { version } of ofAggregate) {
      assert.ok(version <= greatest + 1, `version ${version} was handled after ${greatest}`);
      greatest = Math.max(greatest, version);
    }
  }
}

/** Returns how many handlings were not the first of their event. */
function assertDuplicates(handlings: readonly Handling[]): number {
  let repeated = 0;
  for (const ofEvent of Map.groupBy(handlings, ({ id }) => id).values()) {
    repeated += ofEvent.length - 1;
    const earlier = ofEvent.slice(0, -1);
    assert.ok(
      earlier.every(({ claim }) => claim.end !== "acked"),
      `an event came again though it was acknowledged: ${
        ofEvent.map(({ trace, claim }) => `${trace}: ${claim.end}`).join("; ")
      }`,
    );
  }
  return repeated;
}

nativeTest(`${kills} kills between claim and acknowledgement lose nothing`, async (sql, url) => {
  const began = performance.now();
  const { organization, subscription } = await subscribe(sql);
  const run: Run = { sql, url, subscription, handlings: [], kills, killed: 0, writing: true };
  let stop = false;
  const hurrying = hurry(run, () => stop);
  const writing = Promise.all(Array.from({ length: writers }, () => write(run, organization, 400)))
    .finally(() => run.writing = false);
  await Promise.all([...Array.from({ length: workers }, () => work(run)), writing]).finally(() => stop = true);
  await hurrying;

  const log = await sql`select id, aggregate_id, version::int as version from core.events where type = 'test.happened'`;
  const { handlings } = run;
  assert.equal(run.killed, kills);
  assert.equal(await undelivered(run), 0);
  assert.deepEqual(
    [...new Set(handlings.map(({ id, aggregate, version }) => `${id} ${aggregate} ${version}`))].sort(),
    log.map(({ id, aggregate_id, version }) => `${id} ${aggregate_id} ${version}`).sort(),
    "each event was handled, under one id",
  );
  assertOrder(handlings);
  const repeated = assertDuplicates(handlings);
  assert.ok(repeated > 0, "no event came again: then the kills hit nothing, and this proves nothing");
  const overslept = new Set(handlings.map(({ claim }) => claim).filter(({ end }) => end === "overslept")).size;
  const [{ dead }] = await sql<
    [{ dead: number }]
  >`select count(*)::int as dead from core.redeliveries where dead_at is not null`;
  assert.equal(dead, 0);
  console.log(
    `${run.killed} kills, ${log.length} events, ${repeated} handled again, ${overslept} claims overslept, in ${
      ((performance.now() - began) / 1000).toFixed(1)
    } s`,
  );
}, 24);
