import assert from "node:assert/strict";
import { sizes } from "./sizes.ts";

const file = (path: string, lines: number) => ({ path, text: "x\n".repeat(lines) });

Deno.test("a file at its limit passes and one line more does not", () => {
  const kinds = {
    "supabase/functions/appointments/index.ts": 30,
    "shared/clock.ts": 250,
    "supabase/migrations/20261101000100_setup_core_platform.sql": 400,
    "supabase/tests/core/a_b_c.test.sql": 100,
    "README.md": 250,
  };
  for (const [path, lines] of Object.entries(kinds)) {
    assert.deepEqual(sizes.check([file(path, lines)]), [], path);
    assert.equal(sizes.check([file(path, lines + 1)]).length, 1, path);
  }
});

Deno.test("generated files may be long", () => {
  assert.deepEqual(sizes.check([file("shared/db/types.ts", 5000), file("docs/schema.sql", 5000)]), []);
});

Deno.test("a function of 61 lines is found, one of 60 passes", () => {
  const code = (lines: number) => `export async function f() {\n${"  x();\n".repeat(lines - 2)}}\n`;
  const check = (lines: number) => sizes.check([{ path: "shared/a.ts", text: `// first\n${code(lines)}` }]);
  assert.deepEqual(check(60), []);
  assert.deepEqual(check(61).map(({ line }) => line), [2]);
});
