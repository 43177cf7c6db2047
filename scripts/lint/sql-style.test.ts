import assert from "node:assert/strict";
import { lowercaseKeywords, pinnedSearchPath, soundTypes } from "./sql-style.ts";

const migration = (text: string) => [{ path: "supabase/migrations/20261101000100_setup_core_platform.sql", text }];

Deno.test("shouted keywords are found in statements and bodies, not in strings and comments", () => {
  const found = lowercaseKeywords.check(migration(`-- SELECT
create function core.f() returns text language sql set search_path = '' as $$
  SELECT 'FROM'
$$;`));
  assert.deepEqual(found.map((problem) => problem.line), [3]);
});

Deno.test("words that only look like keywords may be upper case", () => {
  assert.deepEqual(lowercaseKeywords.check(migration("select core.f() as UTC;")), []);
});

Deno.test("a function without search_path is found, wherever it pins it, it passes", () => {
  const found = pinnedSearchPath.check(migration(`
create function core.bad() returns int language sql as $$ select 1 /* set search_path = '' */ $$;
create or replace function core.good() returns int language sql set search_path = '' as $$ select 1 $$;
create function core.late() returns int language sql as $$ select 1 $$ set search_path to '';
`));
  assert.deepEqual(found.map((problem) => problem.message), ["core.bad does not set search_path = ''"]);
  assert.equal(found[0]!.line, 2);
});

Deno.test("unsound column types are found with their line", () => {
  const found = soundTypes.check(migration(`create table core.t (
  id serial primary key,
  at timestamptz not null,
  seen timestamp,
  body json,
  document jsonb
);`));
  assert.deepEqual(found.map((problem) => problem.line).sort(), [2, 4, 5]);
});
