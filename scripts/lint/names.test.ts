import assert from "node:assert/strict";
import { names } from "./names.ts";

const problems = (...paths: string[]) => names.check(paths.map((path) => ({ path, text: "" })));

Deno.test("well-named files pass", () => {
  assert.deepEqual(
    problems(
      "supabase/migrations/20261101000100_setup_core_platform.sql",
      "supabase/tests/calendar/book_refuses_a_taken_slot.test.sql",
      "supabase/tests/helpers/users.sql",
      "shared/http/problem-json.ts",
      "shared/http/problem-json.test.ts",
    ),
    [],
  );
});

Deno.test("each badly named file is reported once", () => {
  for (
    const path of [
      "supabase/migrations/0001_core.sql",
      "supabase/migrations/20261101000100_core.sql",
      "supabase/tests/core/test1.test.sql",
      "shared/http/problemJson.ts",
    ]
  ) assert.equal(problems(path).length, 1, path);
});

Deno.test("two migrations cannot share a version", () => {
  const found = problems(
    "supabase/migrations/20261101000100_tables_core_identity.sql",
    "supabase/migrations/20261101000100_tables_core_trail.sql",
  );
  assert.equal(found.length, 1);
});
