import assert from "node:assert/strict";
import { withForwarded } from "./forwarded.ts";

const forwarded = (headers: HeadersInit, address?: string) =>
  withForwarded(new Request("http://localhost/", { headers }), address).headers.get("x-forwarded-for");

Deno.test("the sender's address is the last hop", () => {
  assert.equal(forwarded({}, "127.0.0.1"), "127.0.0.1");
  assert.equal(forwarded({ "x-forwarded-for": "203.0.113.7" }, "127.0.0.1"), "203.0.113.7, 127.0.0.1");
  assert.equal(forwarded({}), null);
});

Deno.test("method, body and the other headers stay", async () => {
  const request = new Request("http://localhost/", { method: "POST", body: "text", headers: { apikey: "k" } });
  const copy = withForwarded(request, "127.0.0.1");
  assert.deepEqual([copy.method, copy.headers.get("apikey"), await copy.text()], ["POST", "k", "text"]);
});
