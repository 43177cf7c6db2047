import assert from "node:assert/strict";
import { z } from "zod";
import { definePlugin } from "./define.ts";
import { plugins } from "./registry.ts";

const sound = {
  name: "stamp",
  version: "1.0.0",
  capabilities: ["response:headers"],
  hooks: { afterRequest: () => ({ headers: { "x-stamp": "1" } }) },
};
// deno-lint-ignore no-explicit-any
const refusal = (changes: Record<string, any>): string => {
  try {
    definePlugin({ ...sound, ...changes });
    return "none";
  } catch (failure) {
    return (failure as Error).message;
  }
};

Deno.test("a sound plugin is taken, with its budgets and an empty config by default", () => {
  const plugin = definePlugin(sound);
  assert.deepEqual(plugin.budgets, { beforeRequest: 100, afterRequest: 100, onEvent: 5_000 });
  assert.ok(plugin.config.safeParse({}).success);
  assert.ok(!plugin.config.safeParse({ unknown: 1 }).success);
});

Deno.test("any other is refused with a sentence that says why", () => {
  const reasons: [Record<string, unknown>, string][] = [
    [
      { capabilities: ["response:headers", "database"] },
      'Plugin "stamp" is refused: capabilities.1 holds "database", which is no capability.',
    ],
    [{ capabilities: [] }, 'Plugin "stamp" is refused: capabilities names none.'],
    [{ hooks: {} }, 'Plugin "stamp" is refused: it has no hook.'],
    [
      { hooks: { onEvent: () => {} } },
      'Plugin "stamp" is refused: its hook onEvent needs one of the capabilities events:read.',
    ],
    [{ hooks: { afterRequest: "later" } }, 'Plugin "stamp" is refused: hooks.afterRequest is no function.'],
    [{ name: "Stamp!" }, 'Plugin "Stamp!" is refused: name is lower case words with dashes.'],
    [{ version: "1" }, 'Plugin "stamp" is refused: version is three numbers.'],
    [{ config: {} }, 'Plugin "stamp" is refused: config is no schema of zod.'],
  ];
  for (const [changes, sentence] of reasons) assert.equal(refusal(changes), sentence);
  assert.match(refusal({ budgets: { afterRequest: 60_000 } }), /budgets\.afterRequest/);
  assert.match(refusal({ hooks: { ...sound.hooks, onBoot: () => {} } }), /is refused/);
  assert.equal(refusal({ config: z.strictObject({}) }), "none");
});

Deno.test("what ships is known by the database under the same names", async () => {
  const migrations = new URL("../../supabase/migrations/20261101000986_tables_core_gateway.sql", import.meta.url);
  const text = await Deno.readTextFile(migrations);
  const inserted = /insert into public\.plugins[^;]+;/.exec(text)![0];
  assert.deepEqual(
    [...inserted.matchAll(/^\s+\('([a-z-]+)'/gm)].map(([, name]) => name).sort(),
    [...plugins.keys()].sort(),
  );
});
