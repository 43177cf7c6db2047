import assert from "node:assert/strict";
import { readSummary } from "./deno-tests.ts";

Deno.test("reads the counts of a run", () => {
  assert.deepEqual(readSummary("x\nok | 8 passed (3 steps) | 0 failed | 2 ignored (95ms)\n", true), {
    passed: 8,
    failed: 0,
    skipped: 2,
  });
  assert.deepEqual(readSummary("\nFAILED | 24 passed | 1 failed (1 step) (16s)\n", false), {
    passed: 24,
    failed: 1,
    skipped: 0,
  });
});

Deno.test("a run that died has failed, whatever it counted", () => {
  assert.equal(readSummary("error: Module not found", false).failed, 1);
  assert.equal(readSummary("ok | 8 passed | 0 failed (95ms)", false).failed, 1);
});
