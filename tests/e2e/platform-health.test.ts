import assert from "node:assert/strict";
import { asGuest, asUser, callPlatform, newUser, stack } from "./fixture.ts";

const operator = { apikey: stack.secretKey };
const names = (body: { checks: { name: string }[] }) => body.checks.map(({ name }) => name);

Deno.test("anyone is told whether the platform is well, and nothing of its inside", async () => {
  const { status, body, headers } = await callPlatform("GET", "/health", {});
  assert.equal(status, 200);
  assert.ok(["ok", "degraded"].includes(body.status), JSON.stringify(body));
  for (const check of body.checks) assert.deepEqual(Object.keys(check).sort(), ["name", "status"]);
  assert.deepEqual(
    [
      "database",
      "clock",
      "event_log",
      "ticker",
      "cron",
      "queue_lag",
      "dead_letters",
      "partitions",
      "default_partitions",
    ]
      .filter((name) => !names(body).includes(name)),
    [],
  );
  assert.equal(headers.get("cache-control"), "no-store");
});

Deno.test("the operator is told why", async () => {
  const { status, body } = await callPlatform("GET", "/health", operator);
  assert.equal(status, 200);
  for (const { name, detail } of body.checks) assert.ok(detail?.length > 0, name);
});

Deno.test("a user's or a guest's own proof tells them no more than anybody is told", async () => {
  const user = await newUser();
  for (const headers of [asUser(user), asGuest()]) {
    const { status, body, text } = await callPlatform("GET", "/health", headers);
    assert.equal(status, 200);
    assert.ok(body.checks.every((check: object) => !("detail" in check)), text);
  }
});

Deno.test("a secret key that is none tells no more, and a token in its place is refused", async () => {
  const { token } = await newUser();
  for (const path of ["/health", "/ready"]) {
    const { body, text } = await callPlatform("GET", path, { apikey: "sb_secret_wrong" });
    assert.ok(body.checks.every((check: object) => !("detail" in check)), text);
    const refused = await callPlatform("GET", path, { apikey: token });
    assert.deepEqual([refused.status, refused.body.code], [401, "invalid_api_key"]);
  }
});

Deno.test("nonsense is refused as such, other methods too", async () => {
  const nonsense = await callPlatform("GET", "/health?strict=perhaps", {});
  assert.deepEqual([nonsense.status, nonsense.body.code], [422, "invalid_input"]);
  const posted = await callPlatform("POST", "/health", operator, {});
  assert.deepEqual([posted.status, posted.body.code, posted.headers.get("allow")], [
    405,
    "method_not_allowed",
    "GET, HEAD",
  ]);
});

Deno.test("a stack that has started is ready", async () => {
  const { status, body, text } = await callPlatform("GET", "/ready", operator);
  assert.equal(status, 200, text);
  assert.equal(body.status, "ok");
  assert.deepEqual(names(body).sort(), ["database", "keys", "migrations", "schedules", "vault"]);
  const anyone = await callPlatform("GET", "/ready", {});
  assert.ok(anyone.body.checks.every((check: object) => !("detail" in check)), anyone.text);
});

Deno.test("the checks themselves are for secret keys only", async () => {
  const user = await newUser();
  for (const name of ["platform_health", "platform_readiness"]) {
    for (const headers of [asUser(user), asGuest()]) {
      const response = await fetch(`${stack.url}/rest/v1/rpc/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: name === "platform_health" ? "{}" : '{"migration":"1"}',
      });
      assert.ok([401, 403].includes(response.status), `${name}: ${response.status}`);
      assert.doesNotMatch(await response.text(), /checks|core-pump/);
    }
  }
});
