import assert from "node:assert/strict";
import { importsFor, packagesOf } from "./function-manifests.ts";

const all = { "hono": "npm:hono@1.0.0", "hono/": "npm:/hono@1.0.0/", "zod": "npm:zod@1.0.0" };

Deno.test("a specifier takes its own entry, a subpath that of its package", () => {
  assert.deepEqual(importsFor(["hono/cors", "hono/body-limit", "zod"], all), { "hono/": all["hono/"], zod: all.zod });
  assert.throws(() => importsFor(["left-pad"], all), /no import for left-pad/);
});

Deno.test("packages of shared modules count, however they are imported", async () => {
  const folder = await Deno.makeTempDir();
  const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
  await write("index.ts", 'import { a } from "./a.ts";\nimport type { B } from "hono";\nexport * from "zod";\n');
  await write("a.ts", 'import "./index.ts";\nimport "jose";\nconst b = await import("croner");\n');
  const found = await packagesOf(new URL(`file://${folder}/index.ts`));
  assert.deepEqual([...found].sort(), ["croner", "hono", "jose", "zod"]);
});
