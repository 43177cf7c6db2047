import assert from "node:assert/strict";
import { handedBack, hasLooped, passedOn, redirectFor, shownHeaders } from "./headers.ts";

const sent = new Headers({
  "accept": "application/json",
  "content-type": "text/plain",
  "authorization": "Bearer eyJ",
  "apikey": "sb_publishable_x",
  "x-api-key": "alm_x",
  "x-service-token": "t",
  "x-manage-token": "m",
  "cookie": "a=b",
  "connection": "close, X-Private",
  "x-private": "1",
  "keep-alive": "timeout=5",
  "proxy-authorization": "Basic x",
  "te": "trailers",
  "transfer-encoding": "chunked",
  "upgrade": "h2c",
  "host": "evil.example",
  "content-length": "3",
  "expect": "100-continue",
  "x-forwarded-for": "1.2.3.4",
  "x-forwarded-host": "evil.example",
  "forwarded": "for=1.2.3.4",
  "x-real-ip": "1.2.3.4",
  "x-original-url": "/admin",
  "x-http-method-override": "DELETE",
  "x-organization-id": "theirs",
  "x-user-id": "theirs",
  "x-caller-kind": "service",
  "x-request-id": "theirs",
  "traceparent": "00-aaaa",
  "tracestate": "x=y",
  "baggage": "user=1",
  "origin": "https://page.example",
  "referer": "https://page.example/secret",
  "x-custom": "kept",
});

Deno.test("a service outside gets what a client said to it, and nothing that proves or places the client", () => {
  const names = [...passedOn(sent, false, { "x-request-id": "ours" })].map(([name, value]) => `${name}: ${value}`);
  assert.deepEqual(names.sort(), [
    "accept-encoding: identity",
    "accept: application/json",
    "content-type: text/plain",
    "via: 1.1 almanac-gateway",
    "x-custom: kept",
    "x-request-id: ours",
  ]);
});

Deno.test("one of our own functions also gets the caller's credential, by which its SQL decides", () => {
  const headers = passedOn(sent, true, {});
  for (const name of ["authorization", "apikey", "x-api-key", "x-service-token", "x-manage-token", "origin"]) {
    assert.equal(headers.get(name), sent.get(name), name);
  }
  for (
    const name of ["cookie", "x-user-id", "x-organization-id", "x-forwarded-for", "host", "x-private", "traceparent"]
  ) {
    assert.equal(headers.get(name), null, name);
  }
});

Deno.test("a plugin sees no credentials", () => {
  const names = [...shownHeaders(sent).keys()];
  assert.deepEqual(names.filter((name) => /auth|key|token|cookie/.test(name)), []);
  assert.ok(names.includes("x-custom"));
});

Deno.test("an answer tells nothing of the server behind it", () => {
  const answered = new Headers({
    "content-type": "text/plain",
    "content-length": "5",
    "set-cookie": "session=1",
    "server": "Apache/2.4.1",
    "x-powered-by": "PHP",
    "connection": "close, x-inner",
    "x-inner": "1",
    "transfer-encoding": "chunked",
    "access-control-allow-origin": "*",
    "ratelimit-limit": "5",
    "retry-after": "7",
    "etag": '"1"',
  });
  assert.deepEqual(Object.fromEntries(handedBack(answered)), {
    "content-type": "text/plain",
    "retry-after": "7",
    "etag": '"1"',
  });
});

Deno.test("a request that was here before is known by its way", () => {
  assert.ok(hasLooped(new Headers({ via: "1.1 edge, 1.1 almanac-gateway" })));
  assert.ok(!hasLooped(new Headers({ via: "1.1 almanac-gateway.example" })));
});

Deno.test("a redirect leads below the gateway, or elsewhere, never to the service's other addresses", () => {
  const to = (location: string) =>
    redirectFor(location, new URL("https://inner.example/base/x"), "https://inner.example/base", "sms");
  assert.equal(to("/base/y?z=1"), "/functions/v1/gateway/v1/sms/y?z=1");
  assert.equal(to("y"), "/functions/v1/gateway/v1/sms/y");
  assert.equal(to("https://elsewhere.example/file"), "https://elsewhere.example/file");
  assert.equal(to("/admin"), undefined);
  assert.equal(to("/based"), undefined);
  assert.equal(to("file:///etc/passwd"), undefined);
});
