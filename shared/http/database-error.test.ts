import assert from "node:assert/strict";
import { problemOf } from "./database-error.ts";

const error = (code: string, message = "x", details: string | null = null, hint: string | null = null) => ({
  code,
  message,
  details,
  hint,
});

Deno.test("a domain error keeps its status, code, details and hint", () => {
  const problem = problemOf(error("PT409", "slot_taken", '{"conflicts":[1]}', "This time is taken."));
  assert.deepEqual(
    [problem.status, problem.code, problem.members, problem.detail],
    [409, "slot_taken", { conflicts: [1] }, "This time is taken."],
  );
});

Deno.test("details that are no object are left out", () => {
  for (const details of [null, "", "no json", "[1]", "3"]) {
    assert.deepEqual(problemOf(error("PT404", "not_found", details)).members, {});
  }
});

Deno.test("each SQLSTATE has its status", () => {
  const cases: [string, number | undefined, number, string][] = [
    ["23P01", 409, 409, "conflict"],
    ["23505", 409, 409, "conflict"],
    ["22P02", 400, 422, "invalid_input"],
    ["22008", 400, 422, "invalid_input"],
    ["23514", 400, 422, "invalid_input"],
    ["54001", 500, 422, "invalid_input"],
    ["42501", 403, 403, "permission_denied"],
    ["42501", 401, 401, "not_authenticated"],
    ["PGRST301", 401, 401, "invalid_token"],
    ["40P01", 500, 503, "unavailable"],
    ["57014", 500, 503, "unavailable"],
    ["", 0, 503, "unavailable"],
    ["2202E", 400, 500, "internal"],
    ["42P01", 404, 500, "internal"],
    ["P0001", 400, 500, "internal"],
  ];
  for (const [code, answered, status, expected] of cases) {
    const problem = problemOf(error(code), answered);
    assert.deepEqual([problem.status, problem.code], [status, expected], code);
  }
});

Deno.test("nothing internal is told", () => {
  const leaky = error("23505", 'duplicate key value violates "secrets_pkey"', "Key (email)=(ada@x.org) exists", "hint");
  assert.doesNotMatch(JSON.stringify(problemOf(leaky, 409).toBody("r")), /secrets|ada@/);
});
