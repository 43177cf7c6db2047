import assert from "node:assert/strict";
import type { Db } from "./db.ts";
import { openPlatform } from "./platform-testing.ts";
import { hostedRole, preparePlatform } from "./platform.ts";
import { runScript } from "./script.ts";
import { applySeed, seededLogins } from "./seed.ts";
import { keepSecrets } from "./vault.ts";

Deno.test("the platform", async (t) => {
  await using platform = await openPlatform(["btree_gist", "vector", "earthdistance"]);
  const { db, lite } = platform;
  const asHosted = (text: string) => runScript(db, { file: "f.sql", text }, { role: hostedRole });

  await t.step("is made once: a second time changes nothing", async () => {
    const before = await schemaOf(db);
    assert.equal(await preparePlatform(db, lite, ["btree_gist", "vector", "earthdistance"]), hostedRole);
    assert.deepEqual(await schemaOf(db), before);
  });

  await t.step("lets the role that migrates do what hosted lets it do", async () => {
    await asHosted(`
      create extension if not exists vector with schema extensions;
      create schema own;
      create table own.t (user_id uuid references auth.users (id), v vector(3));
      create function own.greet() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger greet after insert on auth.users for each row execute function own.greet();
      create policy "all may listen" on realtime.messages for select to authenticated using (true);
      select cron.schedule('tidy', '0 0 * * *', 'select 1');
      select vault.create_secret('x', 'of_a_migration');`);
  });

  await t.step("and refuses what hosted refuses", async () => {
    const refused = { name: "StackError", message: /permission denied|must be (owner|superuser)/ };
    await assert.rejects(asHosted("alter table auth.users add column x int"), refused);
    await assert.rejects(asHosted("create role boss superuser"), refused);
    await assert.rejects(asHosted("copy (select 1) to '/tmp/x'"), refused);
  });

  await t.step("reads the caller from either form of the request's settings", async () => {
    const id = "00000000-0000-4000-8000-000000000001";
    for (const [name, value] of [["request.jwt.claim.sub", id], ["request.jwt.claims", JSON.stringify({ sub: id })]]) {
      const rows = await db.tx(async (transaction) => {
        await transaction.query("select set_config($1, $2, true)", [name, value]);
        return await transaction.query("select auth.uid()::text as uid");
      });
      assert.deepEqual(rows, [{ uid: id }], name);
    }
  });

  await t.step("keeps secrets over those of an earlier start", async () => {
    await keepSecrets(db, { project_url: "http://old" });
    await keepSecrets(db, { project_url: "http://new", jobs_key: "k" });
    const secrets = await db.query(
      "select name, decrypted_secret as secret from vault.decrypted_secrets where name <> 'of_a_migration' order by name",
    );
    assert.deepEqual(secrets, [{ name: "jobs_key", secret: "k" }, { name: "project_url", secret: "http://new" }]);
  });

  await t.step("is seeded once, and never where somebody has signed up", async () => {
    const person = (email: string) =>
      `insert into auth.users (id, email, encrypted_password) values (gen_random_uuid(), '${email}', 'x');`;
    await db.exec("begin");
    await db.exec(person("someone@example.com"));
    assert.equal(await applySeed(db, { file: "seed.sql", text: person("a@clinic.test") }, hostedRole), false);
    await db.exec("rollback");
    assert.equal(await applySeed(db, { file: "seed.sql", text: person("a@clinic.test") }, hostedRole), true);
    assert.equal(await applySeed(db, { file: "seed.sql", text: "nonsense" }, hostedRole), false);
    assert.deepEqual(await seededLogins(db), [{ email: "a@clinic.test", roles: "" }]);
  });
});

const schemaOf = (db: Db) =>
  db.query(`select n.nspname, c.relname, c.relacl::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' order by 1, 2`);
