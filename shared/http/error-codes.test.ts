import assert from "node:assert/strict";
import { errorCodes, isCode } from "./error-codes.ts";

const migrations = new URL("../../supabase/migrations/", import.meta.url);
const raised = /raise_error\(\s*(\d{3})\s*,\s*'([a-z_]+)'/g;
const passedOn = /refuse_late\([^;]*?'(too_[a-z_]+)'/g;

async function codesOf(pattern: RegExp): Promise<string[][]> {
  const found: string[][] = [];
  for await (const { name } of Deno.readDir(migrations)) {
    if (!name.endsWith(".sql")) continue;
    const text = await Deno.readTextFile(new URL(name, migrations));
    found.push(...[...text.matchAll(pattern)].map((match) => [...match.slice(1), name]));
  }
  return found;
}

Deno.test("every code that the database raises is in the table, with the same status", async () => {
  const found = await codesOf(raised);
  assert.ok(found.length > 10, "the migrations raise errors");
  for (const [status, code, name] of found) {
    assert.ok(isCode(code!), `${name}: ${code} is not in shared/http/error-codes.ts`);
    assert.equal(errorCodes[code].status, Number(status), `${name}: ${code}`);
  }
});

Deno.test("codes that are handed to a function which raises them are in the table too", async () => {
  const found = await codesOf(passedOn);
  assert.ok(found.some(([code]) => code === "too_late_to_cancel"));
  for (const [code, name] of found) assert.ok(isCode(code!), `${name}: ${code}`);
});

Deno.test("no member has the name of a standard one, which would hide it", () => {
  const standard = ["type", "title", "status", "code", "detail", "request_id"];
  for (const [code, { members = {} }] of Object.entries(errorCodes)) {
    assert.deepEqual(Object.keys(members).filter((member) => standard.includes(member)), [], code);
  }
});
