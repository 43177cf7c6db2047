import assert from "node:assert/strict";
import { compare, type Fingerprint, fingerprintOf } from "./fingerprint.ts";
import type { Project } from "./project.ts";

const project = (migrations: Record<string, string>, seed = ""): Project => ({
  root: "",
  functions: "",
  config: { api: { schemas: ["public"], max_rows: 1 }, auth: {} as never },
  migrations: Object.entries(migrations).map(([file, text]) => ({ file, text, version: file, name: file })),
  seed: { file: "supabase/seed.sql", text: seed },
});

const take = (migrations: Record<string, string>, seed?: string): Promise<Fingerprint> =>
  fingerprintOf(project(migrations, seed), "engine 1");

Deno.test("the same project gives the same key", async () => {
  assert.deepEqual(compare(await take({ a: "1" }), await take({ a: "1" })), { kind: "same" });
});

Deno.test("a migration after all others leaves the data in place", async () => {
  assert.deepEqual(compare(await take({ a: "1" }), await take({ a: "1", b: "2" })), { kind: "behind" });
});

Deno.test("what makes the data worthless is named", async () => {
  const then = await take({ b: "1", c: "2" });
  const what = async (now: Promise<Fingerprint>) => (compare(then, await now) as { what: string }).what;
  assert.equal(await what(take({ b: "changed", c: "2" })), "b");
  assert.equal(await what(take({ b: "1" })), "c (gone)");
  assert.equal(await what(take({ a: "0", b: "1", c: "2" })), "a (new, before ones already applied)");
  assert.equal(await what(take({ b: "1", c: "2" }, "insert")), "supabase/seed.sql");
  assert.equal(await what(fingerprintOf(project({ b: "1", c: "2" }), "engine 2")), "the embedded platform");
});
