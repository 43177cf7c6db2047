import assert from "node:assert/strict";
import { errorCodes } from "./error-codes.ts";
import { ProblemSchema } from "./openapi.ts";
import { Problem } from "./problem.ts";

Deno.test("a problem carries its code, a sentence and its members", async () => {
  const response = new Problem("slot_taken", { members: { conflicts: [] } }).toResponse("r-1");
  assert.equal(response.status, 409);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const body = ProblemSchema.parse(await response.json());
  assert.deepEqual([body.code, body.request_id, body.conflicts], ["slot_taken", "r-1", []]);
});

Deno.test("members cannot overwrite what is standard", () => {
  const body = new Problem("not_found", { members: { status: 200, code: "ok" } }).toBody("r-1");
  assert.deepEqual([body.status, body.code], [404, "not_found"]);
});

Deno.test("the cause stays inside", () => {
  const problem = new Problem("internal", { cause: new Error("relation core.secrets") });
  assert.doesNotMatch(JSON.stringify(problem.toBody("r-1")), /secrets/);
});

Deno.test("every code is snake_case with a status and sentences", () => {
  for (const [code, { status, title, remedy }] of Object.entries(errorCodes)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/);
    assert.ok(status >= 400 && status < 600, code);
    assert.match(title, /[^.]$/, code);
    assert.match(remedy, /\.$/, code);
  }
});
