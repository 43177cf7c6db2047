import assert from "node:assert/strict";
import { join } from "node:path";
import { findSql, preparePgTap, runPgTap } from "./pgtap.ts";
import { openPlatform, openServerPlatform, type Platform, serverUrl } from "./platform-testing.ts";

const helper = "create schema tests; create function tests.two() returns int language sql as $$ select 2 $$;" +
  "grant usage on schema tests to anon;";

const files: Record<string, string> = {
  "a_good_file.test.sql": `begin; select plan(3); create table public.t (id int);
    select is(current_user::text, 'hosted_postgres'); set local role anon; select is(tests.two(), 2);
    select throws_ok('select * from public.t', '42501'); select * from finish(); rollback;`,
  "deeper/a_failing_file.test.sql":
    "begin; select plan(1); select is(1, 2, 'one is two'); select * from finish(); rollback;",
  "deeper/an_error.test.sql": "begin; select plan(2); select ok(true); select nonsense(); rollback;",
  "deeper/too_few.test.sql": "begin; select plan(2); select ok(true); select * from finish(); rollback;",
};

async function runsFiles(open: () => Promise<Platform>): Promise<void> {
  await using platform = await open();
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(join(folder, "helpers"));
  await Deno.mkdir(join(folder, "deeper"));
  await Deno.writeTextFile(join(folder, "helpers", "tests.sql"), helper);
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);

  await preparePgTap(platform.db, join(folder, "helpers"));
  const found = await findSql(folder, ".test.sql");
  assert.deepEqual(found, Object.keys(files).map((name) => join(folder, name)));
  const reports = [];
  for (const file of found) reports.push(await runPgTap(platform.db, file));
  assert.deepEqual(reports.map(({ passed, failed }) => [passed, failed]), [[3, 0], [0, 1], [0, 1], [1, 1]]);
  assert.deepEqual(reports.map(({ failures }) => failures[0]?.split("\n")[0]?.split(" #")[0]?.trim()), [
    undefined,
    "one is two",
    "function nonsense() does not exist",
    "planned 2 tests but ran 1",
  ]);
  const left = await platform.db.query("select current_user::text as user, to_regclass('public.t') as t");
  assert.deepEqual(left, [{ user: "postgres", t: null }]);
  await Deno.remove(folder, { recursive: true });
}

Deno.test("test files run as the role that migrates, and leave nothing, on PGlite", () => runsFiles(openPlatform));

if (!serverUrl) console.log("skipped: test files on a native server; run with DATABASE_URL=postgresql://… to see them");
Deno.test(
  { name: "and on a native server", ignore: !serverUrl },
  () => runsFiles(() => openServerPlatform(serverUrl!)),
);
