import assert from "node:assert/strict";
import { openScratch } from "../testing/scratch.ts";
import { startUpkeep } from "./upkeep.ts";

Deno.test("the log to be replayed stays short, and the planner gets to know the tables", async () => {
  const db = await openScratch();
  const toReplay = async () => {
    const [row] = await db.query<{ bytes: number }>(
      "select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()",
    );
    return row!.bytes;
  };
  const log = (line: string) => assert.fail(line);
  const upkeep = startUpkeep(db, { log, walBytes: 2 ** 20, vacuumMs: 0 });
  await db.exec("create table t as select repeat(md5(g::text), 8) as body from generate_series(1, 20000) g");
  assert.ok(await toReplay() > 4 * 2 ** 20);
  await upkeep.tick();
  assert.ok(await toReplay() < 2 ** 20);
  assert.deepEqual(await db.query("select reltuples::int as rows from pg_class where relname = 't'"), [{
    rows: 20000,
  }]);

  await db.exec("insert into t values ('x')");
  await upkeep.stop();
  assert.ok(await toReplay() < 2 ** 14);
  await db.close();
});
