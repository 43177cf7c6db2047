import assert from "node:assert/strict";
import { openScratch } from "../testing/scratch.ts";
import { runScript } from "./script.ts";

Deno.test("a script that fails is named with its line and what Postgres said, and leaves nothing", async () => {
  const db = await openScratch();
  await db.exec("create role clerk; create table public.t (id int primary key); grant all on public.t to clerk");
  const cases: [string, RegExp][] = [
    ["select 1;\n\nselect nonsense from nowhere;", /^f\.sql:3: relation "nowhere" does not exist$/],
    ["select 1;\nselec 2;", /^f\.sql:2: syntax error at or near "selec"$/],
    [
      "insert into t values (7);\n\n-- twice\ninsert into t values (7);",
      /^f\.sql:4: duplicate key .* Key \(id\)=\(7\)/,
    ],
    [
      "select 'é';\ndo $$\nbegin\n  raise exception 'no' using hint = 'Try yes.';\nend $$;",
      /^f\.sql:2: no \(Try yes\.\)$/,
    ],
    ["select 1;\ncreate role boss superuser;", /^f\.sql:2: permission denied to create role/],
  ];
  for (const [text, message] of cases) {
    await assert.rejects(runScript(db, { file: "f.sql", text }, { role: "clerk" }), { name: "StackError", message });
    assert.deepEqual(await db.query("select current_user, count(*)::int from t group by 1"), [], text);
  }
  await db.close();
});

Deno.test("a script runs as the role, finds the extensions, and what follows commits with it", async () => {
  const db = await openScratch();
  await db.exec("create role clerk; create schema extensions; create function extensions.one() returns int return 1");
  await db.exec("grant usage on schema extensions to clerk; create table public.log (who text, one int)");
  await db.exec("grant insert on public.log to clerk; create table public.after (x int)");
  const text = "insert into public.log select current_user, one()";
  await runScript(db, { file: "f.sql", text }, { role: "clerk", after: "insert into public.after values (1);" });
  assert.deepEqual(await db.query("select who, one, x from public.log, public.after"), [{
    who: "clerk",
    one: 1,
    x: 1,
  }]);
  assert.deepEqual(await db.query("select current_user::text as user"), [{ user: "postgres" }]);
  await db.close();
});
