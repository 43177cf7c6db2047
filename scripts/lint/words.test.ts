import assert from "node:assert/strict";
import { words } from "./words.ts";

const problems = (text: string) => words.check([{ path: "shared/clock.ts", text }]);

Deno.test("marks of unfinished work and foreign imports are found", () => {
  for (
    const text of [
      "// TODO later",
      "-- FIXME",
      "Not yet, TODO: more",
      'import x from "jsr:@std/assert";',
      'import x from "https://example.org/mod.ts";',
      "https://registry.example.org/zod",
    ]
  ) assert.equal(problems(`first line\n${text}`)[0]?.line, 2, text);
});

Deno.test("ordinary prose and npm imports pass", () => {
  assert.deepEqual(problems('import { z } from "zod"; // todos are a list of tasks'), []);
});
