import assert from "node:assert/strict";
import type { CompiledQuery } from "kysely";
import { speedUp } from "./lite-speedup.ts";

function connection() {
  let readings = 0;
  const tunable = {
    applyJwtSessionContext: () => Promise.reject(new Error("replaced")),
    applyRpcRequestGucs: () => Promise.reject(new Error("replaced")),
    introspect: (): Promise<unknown> => Promise.resolve(++readings),
    clearSchemaCache: () => Promise.resolve(),
  } as Parameters<typeof speedUp>[0];
  speedUp(tunable);
  return tunable;
}

Deno.test("the schema is read once for all who wait, and again after a change", async () => {
  const tunable = connection();
  const read = () => tunable.introspect({ useCache: true });
  assert.deepEqual(await Promise.all([read(), read(), read()]), [1, 1, 1]);
  await tunable.clearSchemaCache();
  assert.equal(await read(), 2);
  assert.equal(await tunable.introspect(), 3);
});

Deno.test("a reading that fails is not remembered", async () => {
  let attempts = 0;
  const tunable = connection();
  const failing: Parameters<typeof speedUp>[0] = {
    ...tunable,
    introspect: (_options?: { useCache?: boolean }) =>
      ++attempts === 1 ? Promise.reject(new Error("no")) : Promise.resolve("yes"),
  };
  speedUp(failing);
  await assert.rejects(failing.introspect({ useCache: true }));
  assert.equal(await failing.introspect({ useCache: true }), "yes");
});

Deno.test("a request's identity is one query; without a token it is anon", async () => {
  const sent: CompiledQuery[] = [];
  const session = { executeQuery: (query: CompiledQuery) => Promise.resolve(void sent.push(query)) };
  const tunable = connection();
  await tunable.applyJwtSessionContext(session, { auth: { role: "authenticated", uid: "u", jwt: { sub: "u" } } });
  await tunable.applyJwtSessionContext(session, {});
  assert.deepEqual(sent.map(({ parameters }) => parameters), [
    ["authenticated", "u", '{"sub":"u"}', ""],
    ["anon", "", "", ""],
  ]);
});
