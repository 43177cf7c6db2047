import assert from "node:assert/strict";
import { etagOf, ifMatch } from "./version.ts";

Deno.test("the ETag of a version is read back from If-Match, weakened or bare", () => {
  for (const sent of [etagOf(3), `W/${etagOf(3)}`, "3"]) assert.equal(ifMatch.parse(sent), 3);
});

Deno.test("no If-Match and * ask for no version", () => {
  assert.equal(ifMatch.parse(undefined), undefined);
  assert.equal(ifMatch.parse("*"), undefined);
});

Deno.test("anything else is refused", () => {
  for (const sent of ["", '"a"', '"3', '"3", "4"', "3.5", "-1"]) {
    assert.equal(ifMatch.safeParse(sent).success, false, sent);
  }
});
