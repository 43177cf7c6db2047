import assert from "node:assert/strict";
import { readTap } from "./tap.ts";

Deno.test("counts passes, failures with their diagnostics, and skips", () => {
  const report = readTap([
    "1..4",
    "ok 1 - a",
    "not ok 2 - b",
    '# Failed test 2: "b"',
    "#         have: 1",
    "ok 3 # SKIP no such thing",
    "not ok 4 - d # TODO later",
    "# Looks like you failed 1 test of 4",
  ]);
  assert.deepEqual({ ...report, failures: report.failures.length }, { passed: 2, failed: 1, skipped: 1, failures: 1 });
  assert.match(report.failures[0]!, /^b\n {4}# Failed test 2: "b"\n {4}# +have: 1$/);
});

Deno.test("a plan that is not met is a failure", () => {
  assert.deepEqual(readTap(["1..3", "ok 1 - a"]).failures, ["planned 3 tests but ran 1"]);
  assert.equal(readTap(["ok 1 - a"]).failed, 1);
  assert.equal(readTap([]).failed, 1);
});

Deno.test("a plan at the end and an empty plan are plans", () => {
  assert.equal(readTap(["ok 1 - a", "1..1"]).failed, 0);
  assert.equal(readTap(["1..0 # SKIP not here"]).failed, 0);
});
