import assert from "node:assert/strict";
import { statements, withoutLiterals } from "./sql.ts";

Deno.test("statements end at semicolons outside strings, comments and bodies", () => {
  const sql = `-- a; comment
create function core.f() returns int language sql set search_path = '' as $$ select 1; select 2; $$;
select 'a;b';
`;
  assert.deepEqual(statements(sql).map((statement) => statement.line), [2, 3]);
  assert.match(statements(sql)[0]!.head, /set search_path = ''/);
  assert.doesNotMatch(statements(sql)[0]!.head, /select/);
});

Deno.test("nested dollar quotes are one body", () => {
  const sql = "do $outer$ begin execute $$ select 1; $$; end $outer$; select 2;";
  assert.equal(statements(sql).length, 2);
});

Deno.test("literals are blanked and lines are kept", () => {
  const blanked = withoutLiterals(`select 'it''s',\n"Name" -- WORD\nfrom t`);
  assert.equal(blanked.split("\n").length, 3);
  assert.doesNotMatch(blanked, /it|Name|WORD/);
});
