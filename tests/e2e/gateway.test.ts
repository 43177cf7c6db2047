import assert from "node:assert/strict";
import { asGuest, callGateway } from "./fixture.ts";
import { asKey, asMember, newAdapter, newCompany, newKey, startUpstream } from "./gateway-fixture.ts";

const company = await newCompany();
const { owner } = company;

Deno.test("a request goes through with its method, path, query and body, and comes back with a request id and what is left", async () => {
  const upstream = startUpstream(() => Response.json({ said: "hello" }, { status: 201, headers: { "x-own": "kept" } }));
  try {
    const { name } = await newAdapter(company, `${upstream.url}/base`);
    const answer = await callGateway("POST", `/v1/${name}/orders/7?deep=yes&deep=no`, asMember(owner, company), {
      size: 3,
    });
    assert.deepEqual(
      [answer.status, answer.body, answer.headers.get("x-own")],
      [201, { said: "hello" }, "kept"],
      answer.text,
    );
    assert.deepEqual(upstream.seen.map(({ method, path, body }) => ({ method, path, body })), [
      { method: "POST", path: "/base/orders/7?deep=yes&deep=no", body: '{"size":3}' },
    ]);
    assert.equal(answer.headers.get("ratelimit-limit"), "1000");
    assert.match(answer.headers.get("ratelimit-policy")!, /^"standard";q=1000;w=60$/);
    assert.ok(answer.headers.get("x-request-id"));
  } finally {
    await upstream.stop();
  }
});

Deno.test("our own functions are behind it too, and know the caller by their own token", async () => {
  const found = await callGateway("GET", "/v1/appointments/health", asGuest());
  assert.deepEqual([found.status, found.body], [200, { status: "ok" }], found.text);
  const key = await newKey(company, ["gateway.call", "gateway.manage"]);
  const path = `/v1/platform/gateway/${company.organizationId}/adapters`;
  const listed = await callGateway("GET", path, asKey(key));
  assert.equal(listed.status, 200, listed.text);
  const refused = await callGateway("GET", path, asGuest());
  assert.equal(refused.status, 401, refused.text);
});
