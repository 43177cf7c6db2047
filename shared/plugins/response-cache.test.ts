import assert from "node:assert/strict";
import { mayKeep } from "./response-cache.ts";

const may = (headers: Record<string, string>, { status = 200, shared = false } = {}) =>
  mayKeep({ status, headers: new Headers(headers) }, shared);

Deno.test("an answer is kept when it says nothing against it", () => {
  assert.ok(may({}));
  assert.ok(may({ "cache-control": "public, max-age=60", vary: "Accept, Origin" }));
});

Deno.test("what is one client's, or depends on what is not known, is never kept", () => {
  for (const value of ["private", "no-store", "no-cache", 'private="x"', "max-age=0", "public, no-store", "Private"]) {
    assert.ok(!may({ "cache-control": value }), value);
  }
  assert.ok(!may({ "set-cookie": "a=b" }));
  assert.ok(!may({ vary: "*" }));
  assert.ok(!may({ vary: "accept, cookie" }));
  assert.ok(!may({}, { status: 404 }));
  assert.ok(!may({}, { status: 206 }));
});

Deno.test("what depends on the caller is kept for the caller, not for the organization", () => {
  assert.ok(may({ vary: "authorization" }));
  assert.ok(!may({ vary: "authorization" }, { shared: true }));
});
