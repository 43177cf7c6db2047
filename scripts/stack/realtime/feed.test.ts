import assert from "node:assert/strict";
import postgres from "postgres";
import type { Db } from "../db.ts";
import { openServerPlatform, serverUrl } from "../platform-testing.ts";
import { createFeed, type FeedMessage, READ, unseenBy } from "./feed.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A second connection whose transactions can be left open beside the feed's. */
async function connect(db: Db): Promise<ReturnType<typeof postgres>> {
  const [row] = await db.query<{ name: string }>("select current_database() as name");
  const url = new URL(serverUrl!);
  url.pathname = `/${row!.name}`;
  return postgres(url.href, { max: 32, onnotice: () => {} });
}

interface Feeding {
  db: Db;
  sql: ReturnType<typeof postgres>;
  delivered: FeedMessage[];
  feed: Awaited<ReturnType<typeof createFeed>>;
}

async function withFeed(run: (feeding: Feeding) => Promise<void>): Promise<void> {
  await using platform = await openServerPlatform(serverUrl!);
  const { db } = platform;
  const delivered: FeedMessage[] = [];
  const feed = await createFeed(db, (message) => delivered.push(message), (line) => assert.fail(line));
  const sql = await connect(db);
  try {
    await run({ db, sql, delivered, feed });
  } finally {
    await feed.stop();
    await sql.end();
  }
}

const native = { ignore: !serverUrl };
const events = (delivered: FeedMessage[]) => delivered.map(({ event }) => event);

Deno.test(
  "a transaction that began first and commits last loses nothing [needs DATABASE_URL]",
  native,
  () =>
    withFeed(async ({ sql, delivered, feed }) => {
      await feed.start();
      const release = Promise.withResolvers<void>();
      const sent = Promise.withResolvers<void>();
      const early = sql.begin(async (tx) => {
        await tx`select realtime.send('{}', 'early', 't', false)`;
        sent.resolve();
        await release.promise;
        await tx`select realtime.send('{}', 'early-2', 't', false)`;
      });
      await sent.promise;
      await sql`select realtime.send('{}', 'late', 't', false)`;
      await feed.idle();
      assert.deepEqual(events(delivered), ["late"]);
      await wait(200); // several polls with the early one still open
      release.resolve();
      await early;
      await feed.idle();
      await wait(200);
      assert.deepEqual(events(delivered), ["late", "early", "early-2"]);
    }),
);

Deno.test(
  "writers with overlapping transactions: each committed message once, no rolled-back one [needs DATABASE_URL]",
  native,
  () =>
    withFeed(async ({ sql, delivered, feed }) => {
      await feed.start();
      const committed = new Set<string>();
      const writer = async (w: number) => {
        for (let n = 0; n < 25; n += 1) {
          const event = `${w}-${n}`, fails = n % 5 === 4;
          await sql.begin(async (tx) => {
            await tx`select realtime.send('{}', ${event}, 't', false)`;
            await tx`select pg_sleep(${Math.random() * 0.02})`;
            if (n % 3 === 0) {
              await tx.savepoint(async (inner) => {
                await inner`select realtime.send('{}', ${event + "-undone"}, 't', false)`;
                throw new Error("undo");
              }).catch(() => {});
            }
            if (fails) throw new Error("roll back");
          }).catch((error) => {
            if (!fails) throw error;
          });
          if (!fails) committed.add(event);
        }
      };
      await Promise.all(Array.from({ length: 16 }, (_, w) => writer(w)));
      await feed.idle();
      assert.equal(delivered.length, committed.size);
      assert.deepEqual(new Set(events(delivered)), committed);
    }),
);

Deno.test(
  "nothing is read while nobody listens, and nothing of that time arrives later [needs DATABASE_URL]",
  native,
  () =>
    withFeed(async ({ db, sql, delivered, feed }) => {
      const reads = async () => {
        await wait(300); // the polls' statistics arrive a little late
        const [row] = await db.query<{ n: string }>(
          "select coalesce(sum(idx_scan), 0)::text as n from pg_stat_user_indexes where indexrelname like '%transaction_id%'",
        );
        return row!.n;
      };
      await sql`select realtime.send('{}', 'before', 't', false)`;
      const idle = await reads();
      await feed.idle();
      assert.equal(await reads(), idle);
      await feed.start();
      await sql`select realtime.send('{}', 'during', 't', false)`;
      await feed.idle();
      feed.pause();
      await sql`select realtime.send('{}', 'between', 't', false)`;
      await feed.start();
      await sql`select realtime.send('{}', 'after', 't', false)`;
      await feed.idle();
      assert.deepEqual(events(delivered), ["during", "after"]);
    }),
);

Deno.test(
  "what is new is found by index, however much is old and whatever is open beside it [needs DATABASE_URL]",
  native,
  () =>
    withFeed(async ({ db, sql }) => {
      const release = Promise.withResolvers<void>();
      const open = sql.begin(async (tx) => {
        await tx`select pg_current_xact_id()`;
        await release.promise;
      });
      for (let n = 0; n < 50; n += 1) {
        await sql`select realtime.send('{}', 'old', 't', false) from generate_series(1, 100)`;
      }
      await sql`analyze realtime.messages`;
      const [row] = await db.query<{ snapshot: string }>("select pg_current_snapshot()::text as snapshot");
      const plan = await db.query<{ "QUERY PLAN": string }>(`explain ${READ}`, unseenBy(row!.snapshot));
      release.resolve();
      await open;
      const today = new Date().toISOString().slice(0, 10).replaceAll("-", "_");
      const text = plan.map((line) => line["QUERY PLAN"]).join("\n");
      assert.doesNotMatch(text, new RegExp(`Seq Scan on messages_${today}`), text);
      assert.match(text, new RegExp(`messages_${today}_transaction_id_idx`), text);
    }),
);
