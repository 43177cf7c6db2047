import assert from "node:assert/strict";
import { firstDifference } from "./generated-file.ts";

Deno.test("the first line that differs is shown with both readings", () => {
  assert.equal(firstDifference("a\nb\nc", "a\nx\nc"), "line 2:\n- b\n- c\n+ x\n+ c");
});

Deno.test("a file that only grew differs where it ended", () => {
  assert.equal(firstDifference("a", "a\nb"), "line 2:\n+ b");
});

Deno.test("a file that only shrank differs where it now ends", () => {
  assert.equal(firstDifference("a\nb", "a"), "line 2:\n- b");
});
