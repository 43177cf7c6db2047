import assert from "node:assert/strict";
import { withTestDatabase } from "../testing/database.ts";
import { openScratch } from "../testing/scratch.ts";
import { type Db, openDb } from "./db.ts";

const server = Deno.env.get("DATABASE_URL");
if (!server) console.log("skipped: the handle over a native server; run with DATABASE_URL=postgresql://… to see it");

async function behaves(db: Db): Promise<void> {
  await db.exec("create table t (id int primary key, at timestamptz, n numeric, j jsonb)");

  await assert.rejects(db.exec("insert into t values (1); insert into t values (1)"), { code: "23505" });
  assert.deepEqual(await db.query("select id from t"), [], "many statements are one transaction");

  const kept = await db.tx(async (transaction) => {
    await transaction.query("insert into t values ($1, $2, $3, $4::text::jsonb)", [
      1,
      "2026-01-01T00:00:00Z",
      "1.50",
      '{"a":1}',
    ]);
    return "kept";
  });
  await assert.rejects(
    db.tx(async (transaction) => {
      await transaction.query("insert into t values (2)");
      throw new Error("changed my mind");
    }),
    { message: "changed my mind" },
  );
  const rows = await db.query("select * from t");
  assert.deepEqual([kept, rows], ["kept", [{ id: 1, at: "2026-01-01T00:00:00+00:00", n: 1.5, j: { a: 1 } }]]);

  const heard = Promise.withResolvers<string>();
  const stop = await db.listen("news", heard.resolve);
  await db.query("select pg_notify('news', 'hello')");
  assert.equal(await heard.promise, "hello");
  await stop();
  assert.equal(Deno.exitCode, 0, "an SQL error is nobody's exit code");
}

Deno.test("the handle over PGlite", async () => {
  const db = await openScratch();
  await behaves(db);
  await db.close();
});

Deno.test({ name: "the handle over a native server", ignore: !server }, () =>
  withTestDatabase(server!, async (url) => {
    const db = await openDb(url, { max: 2 });
    await db.exec("set timezone = 'UTC'");
    await behaves(db);
    await db.close();
  }));
