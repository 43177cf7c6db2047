import assert from "node:assert/strict";
import fc from "fast-check";
import { harmless, plainText } from "./columns.ts";

Deno.test("columns: no text is a formula, and each comes back as it was", () => {
  const signs = fc.constantFrom("=", "+", "-", "@", "'", "\t", "\r", "＝", "a", "1", "(", " ");
  const text = fc.oneof(fc.string(), fc.array(signs).map((parts) => parts.join("")));
  fc.assert(fc.property(text, (value) => {
    assert.equal(plainText(harmless(value)), value);
    assert.doesNotMatch(harmless(value), /^[=+\-@\t\r＝＋－＠]/);
  }));
});
