import assert from "node:assert/strict";
import { openScratch } from "../testing/scratch.ts";
import postgres from "postgres";
import type { Db } from "./db.ts";
import { openDoor } from "./socket.ts";

const connect = (port: number) =>
  postgres(`postgresql://postgres@127.0.0.1:${port}/postgres`, { max: 1, ssl: false, onnotice: () => {} });

async function withDoor(use: (db: Db, port: number) => Promise<void>): Promise<void> {
  const db = await openScratch();
  const door = openDoor(db.connection.driver, 0);
  try {
    await use(db, door.port);
  } finally {
    await door.close();
    await db.close();
  }
}

Deno.test("the TCP door to PGlite", async (t) => {
  await withDoor(async (db, port) => {
    await db.exec("create role clerk; create table t (id int); grant select on t to clerk");

    await t.step(
      "a query of the stack waits for the end of a client's transaction and keeps its own role",
      async () => {
        const client = connect(port);
        let inside: Promise<{ user: string }[]> | undefined;
        await client.begin(async (transaction) => {
          await transaction`set local role clerk`;
          inside = db.query<{ user: string }>("select current_user as user");
          const [row] = await transaction`select current_user as user`;
          assert.equal(row!.user, "clerk");
        });
        assert.deepEqual(await inside, [{ user: "postgres" }]);
        await client.end();
      },
    );

    await t.step("what a client sets for its session stays with it", async () => {
      const [first, second] = [connect(port), connect(port)];
      await first`set role clerk`;
      await first`set work_mem = '9MB'`;
      const ask = "select current_user || ' ' || current_setting('work_mem') as state";
      assert.deepEqual(await db.query(ask), [{ state: "postgres 4MB" }]);
      assert.deepEqual([...await second.unsafe(ask)], [{ state: "postgres 4MB" }]);
      assert.deepEqual([...await first.unsafe(ask)], [{ state: "clerk 9MB" }]);
      await Promise.all([first.end(), second.end()]);
    });

    await t.step("what a vanished client left open is rolled back", async () => {
      const client = connect(port);
      const left = client.begin(async (transaction) => {
        await transaction`insert into t values (1)`;
        await client.end({ timeout: 0 });
      });
      await assert.rejects(left);
      assert.deepEqual(await db.query("select * from t"), []);
    });

    await t.step("many clients and the stack at once", async () => {
      const clients = Array.from({ length: 4 }, () => connect(port));
      const work = clients.flatMap((client) =>
        Array.from({ length: 25 }, (_, id) =>
          client.begin(async (transaction) => {
            await transaction`insert into t values (${id})`;
            await transaction`update t set id = id where id = ${id}`;
          }))
      );
      const own = Array.from({ length: 50 }, () => db.query("insert into t values (-1)"));
      await Promise.all([...work, ...own]);
      assert.deepEqual(await db.query("select count(*)::int from t"), [{ count: 150 }]);
      await Promise.all(clients.map((client) => client.end()));
    });
  });
});
