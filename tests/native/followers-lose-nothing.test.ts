import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { as, nativeTest, signUp, sleep } from "./server.ts";

const writers = 12;
const transactionsEach = 40;

interface Page {
  events: { id: string; aggregateid: string; aggregateversion: number }[];
  cursor: string;
  more: boolean;
}

/** An organization without anything, and its owner. */
async function newOrganization(sql: Sql): Promise<{ organization: string; owner: string }> {
  const owner = await signUp(sql, "owner@example.test");
  return await as(sql, owner, async (tx) => {
    const [row] = await tx`select public.create_organization('Shop', 'shop', 'shop', 'UTC') ->> 'id' as id`;
    return { organization: row!.id, owner };
  });
}

/** Appends to streams of its own and to one that all share, in transactions that stay open for up to 20 ms. */
async function write(sql: Sql, organization: string, writer: number): Promise<void> {
  const own = crypto.randomUUID();
  for (let n = 0; n < transactionsEach; n++) {
    await sql.begin(async (tx) => {
      if (n % 3 === 0) {
        await tx`select core.append_events(${organization}, ${
          tx.json(
            Array.from({ length: 3 }, () => ({ type: "test.happened", aggregate_type: "test", aggregate_id: own })),
          )
        })`;
      } else if (n % 7 === 1) {
        await tx`select core.append_event(${organization}, 'organization', ${organization}, 'test.happened', '{}')`;
      } else {
        await tx`select core.append_event(${organization}, 'resource', ${
          writer % 2 ? own.replace(/^./, "f") : crypto.randomUUID()
        }, 'test.happened', '{}')`;
      }
      await tx`select pg_sleep(random() * 0.02)`;
    });
  }
}

/** Follows until it is stopped and nothing is left; pages of odd sizes, so that they end in the middle of windows. */
async function follow(sql: Sql, reader: { organization: string; owner: string }, stopped: () => boolean) {
  const seen: Page["events"] = [];
  const read = (cursor: string | null) =>
    as(sql, reader.owner, async (tx) => {
      const [row] = await tx`select public.read_events_after(${reader.organization}, array['test.*'], ${cursor},
        ${1 + Math.floor(Math.random() * 9)}) as page`;
      return row!.page as Page;
    });
  let { cursor } = await read(null);
  return {
    seen,
    run: async () => {
      while (true) {
        const ending = stopped();
        const page = await read(cursor);
        ({ cursor } = page);
        seen.push(...page.events);
        if (ending && !page.more && page.events.length === 0) return;
        if (!page.more) await sleep(Math.random() * 10);
      }
    },
  };
}

/** Ticks tell readers where positions of those who are not yet seen begin. */
async function tick(sql: Sql, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    await sql`select core.tick()`;
    await sleep(Math.random() * 30);
  }
}

nativeTest("whoever follows by cursor misses nothing, gets nothing twice, and waits for nobody", async (sql) => {
  const shop = await newOrganization(sql);
  let stop = false;
  const followers = await Promise.all([1, 2, 3].map(() => follow(sql, shop, () => stop)));
  const held = Promise.withResolvers<void>();
  const appended = Promise.withResolvers<void>();
  const late = sql.begin(async (tx) => {
    await tx`select core.append_event(${shop.organization}, 'resource', gen_random_uuid(), 'test.held_back', '{}')`;
    appended.resolve();
    await held.promise;
  });
  await appended.promise;
  const running = Promise.all([...followers.map(({ run }) => run()), tick(sql, () => stop)]);
  try {
    await Promise.all(Array.from({ length: writers }, (_, n) => write(sql, shop.organization, n)));
    const early = await sql`select id from core.events where type = 'test.happened'`;
    for (let n = 0; n < 400 && followers.some(({ seen }) => seen.length < early.length); n++) await sleep(50);
    for (const { seen } of followers) assert.equal(seen.length, early.length, "an open transaction holds nobody up");
  } finally {
    held.resolve();
    await late;
    stop = true;
    await running;
  }

  const [ticks] = await sql`select count(distinct position)::int as n from core.ticks where position > 0`;
  assert.ok(ticks!.n > 5, "ticks told where to begin");
  const all = await sql`select id, aggregate_id, version::int from core.events where type like 'test.%'`;
  assert.ok(all.length > writers * transactionsEach);
  for (const { seen } of followers) {
    assert.equal(seen.length, all.length);
    assert.deepEqual(new Set(seen.map(({ id }) => id)), new Set(all.map(({ id }) => id)), "each once");
    const versions = new Map<string, number>();
    for (const { aggregateid, aggregateversion } of seen) {
      assert.ok(aggregateversion > (versions.get(aggregateid) ?? 0), "in the order of each aggregate's versions");
      versions.set(aggregateid, aggregateversion);
    }
  }
  console.log(`${all.length} events, each seen once by ${followers.length} followers`);
}, 24);

nativeTest("batches that share aggregates in opposite orders do not wait for one another for ever", async (sql) => {
  const { organization } = await newOrganization(sql);
  const ids = Array.from({ length: 20 }, () => crypto.randomUUID());
  const batch = (order: string[]) =>
    JSON.stringify(order.map((aggregate_id) => ({ type: "test.happened", aggregate_type: "test", aggregate_id })));
  const rounds = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; n < 25; n++) {
      const order = [...ids].sort(() => (writer % 2 ? 1 : Math.random() - 0.5));
      await sql`select core.append_events(${organization}, ${batch(order)}::text::jsonb)`;
    }
  });
  await Promise.all(rounds);
  const heads = await sql`select version::int from core.streams where aggregate_type = 'test'`;
  assert.deepEqual(heads.map(({ version }) => version), ids.map(() => 200));
  const [gaps] = await sql`
    select count(*)::int as n from (
      select version, row_number() over (partition by aggregate_id order by position) as nth
      from core.events where type = 'test.happened') e where version <> nth`;
  assert.equal(gaps!.n, 0, "versions follow positions");
});
