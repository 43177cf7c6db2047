import assert from "node:assert/strict";
import { lineAt, splitStatements } from "./sql-statements.ts";

const texts = (script: string) => splitStatements(script).map(({ text }) => text);

Deno.test("semicolons in strings, names, comments and bodies do not split", () => {
  const script = `
-- one; comment
select 'a;b''c', "d;e" /* f; /* nested; */ g */;
create function f() returns text language sql as $$ select ';' ; $$;
do $body$ begin perform $$x;y$$; end $body$;
select E'it\\'s; one';
create function g() returns int begin atomic select 1; select 2; end;
select $1;
select 2`;
  assert.equal(texts(script).length, 7);
  assert.equal(texts(script).at(-1), "select 2");
});

Deno.test("an identifier with a dollar sign opens no body", () => {
  assert.deepEqual(texts("select a$b$ from t; select c$b$"), ["select a$b$ from t", "select c$b$"]);
});

Deno.test("a statement starts after the comments before it", () => {
  const script = "select 1;\n\n-- why\n/* and\nhow */\nselect 2;";
  const second = splitStatements(script)[1]!;
  assert.equal(second.text, "select 2");
  assert.equal(lineAt(script, second.start), 6);
});

Deno.test("empty statements and trailing comments are none", () => {
  assert.deepEqual(texts(";; select 1 ;\n-- end"), ["select 1"]);
});
