import assert from "node:assert/strict";
import { functions } from "./functions.ts";

const folder = (name: string, routes = "") =>
  ["index.ts", "routes.ts", "schemas.ts", "deno.json"].map((part) => ({
    path: `supabase/functions/${name}/${part}`,
    text: part === "routes.ts" ? routes : "",
  }));

Deno.test("a complete folder that imports shared code passes", () => {
  assert.deepEqual(functions.check(folder("appointments", 'import { now } from "../../../shared/clock.ts";')), []);
});

Deno.test("a missing part is named", () => {
  assert.deepEqual(functions.check(folder("appointments").slice(1)).map((problem) => problem.message), [
    "has no index.ts",
  ]);
});

Deno.test("one function does not import another", () => {
  const files = [...folder("appointments", 'import { x } from "../ai/routes.ts";'), ...folder("ai")];
  assert.match(functions.check(files)[0]!.message, /imports the function ai/);
});
