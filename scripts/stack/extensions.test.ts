import assert from "node:assert/strict";
import { openScratch } from "../testing/scratch.ts";
import { provideStandIns, requireAvailable, requiredExtensions, withoutStandIns } from "./extensions.ts";

Deno.test("the extensions a script asks for, without stand-ins and comments", () => {
  const sql = `create extension if not exists "btree_gist" with schema extensions;
    -- create extension hstore;
    CREATE EXTENSION vector; create extension pg_cron; create extension if not exists vector;`;
  assert.deepEqual(requiredExtensions(sql), ["btree_gist", "vector"]);
});

Deno.test("on PGlite", async (t) => {
  const db = await openScratch();
  await db.exec(await Deno.readTextFile(new URL("platform/roles.sql", import.meta.url)));
  await provideStandIns(db);

  await t.step("cron, net and vault are there, twice over without an error", async () => {
    await provideStandIns(db);
    await db.query("select cron.schedule('tidy', '* * * * *', 'select 1')");
    await db.query("select net.http_post('http://127.0.0.1:1/', '{}'::jsonb)");
    await db.query("select vault.create_secret('s3cret', 'name')");
    const [row] = await db.query("select decrypted_secret as secret from vault.decrypted_secrets where name = 'name'");
    assert.deepEqual(row, { secret: "s3cret" });
  });

  await t.step("`create extension` of a stand-in is blanked, lines kept, others left", async () => {
    const sql = "create extension if not exists pg_cron\n  with schema pg_catalog;\ncreate extension vector;";
    const blanked = await withoutStandIns(db, sql);
    assert.equal(blanked.length, sql.length);
    assert.equal(blanked.trim(), "create extension vector;");
    assert.equal(blanked.split("\n").length, 3);
  });

  await t.step("a missing extension is named with the way to install it", async () => {
    await assert.rejects(requireAvailable(db, ["plpgsql", "vector", "plpgsql_check"]), {
      name: "StackError",
      message:
        "the server lacks the extension plpgsql_check (on Debian and Ubuntu: apt-get install postgresql-17-plpgsql-check).",
    });
  });
  await db.close();
});
