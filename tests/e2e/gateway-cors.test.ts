import assert from "node:assert/strict";
import { asGuest, callPlatform } from "./fixture.ts";
import { asKey, asMember, gatewayUrl, newAdapter, newCompany, newKey, startUpstream } from "./gateway-fixture.ts";

const [company, other] = await Promise.all([newCompany(), newCompany()]);
const { owner, organizationId } = company;
const key = asKey(await newKey(company));
const origin = `https://${crypto.randomUUID()}.example`;

const preflight = async (service: string, from: string) => {
  const response = await fetch(`${gatewayUrl}/${service}/x`, {
    method: "OPTIONS",
    headers: {
      origin: from,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization, x-organization-id",
    },
  });
  await response.body?.cancel();
  return {
    status: response.status,
    allowed: response.headers.get("access-control-allow-origin"),
    headers: response.headers,
  };
};

Deno.test("pages of an origin call once the organization lets them, and only for it", async () => {
  const upstream = startUpstream(() =>
    Response.json({ ok: true }, { headers: { "access-control-allow-origin": "*", vary: "accept" } })
  );
  try {
    const { name } = await newAdapter(company, upstream.url);
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${gatewayUrl}/${name}/x`, { headers: { ...headers, origin } });
      return {
        status: response.status,
        allowed: response.headers.get("access-control-allow-origin"),
        body: await response.json(),
        headers: response.headers,
      };
    };
    assert.equal((await preflight(name, origin)).status, 403);
    const before = await ask(key);
    assert.deepEqual([before.status, before.body.code, before.allowed], [403, "origin_not_allowed", null]);

    const set = await callPlatform("PUT", `/gateway/${organizationId}/settings`, asMember(owner, company), {
      allowed_origins: [origin],
    });
    assert.deepEqual([set.status, set.body.allowed_origins], [200, [origin]], set.text);
    const flight = await preflight(`${name}-new`, origin);
    assert.deepEqual([flight.status, flight.allowed], [204, origin]);
    assert.equal(flight.headers.get("access-control-allow-headers"), "authorization, x-organization-id");
    const after = await ask(key);
    assert.deepEqual([after.status, after.allowed], [200, origin], "the service's own word on it does not count");
    assert.match(after.headers.get("access-control-expose-headers")!, /ratelimit-remaining/);
    assert.match(after.headers.get("vary")!, /accept, origin/);

    const theirs = await newAdapter(other, upstream.url);
    const refused = await fetch(`${gatewayUrl}/${theirs.name}/x`, {
      headers: { ...asKey(await newKey(other)), origin },
    });
    assert.deepEqual(
      [refused.status, (await refused.json()).code],
      [403, "origin_not_allowed"],
      "another organization did not allow it",
    );
    const read = await ask({ "x-api-key": "wrong" });
    assert.deepEqual([read.status, read.allowed], [401, origin], "a page may read why it was refused");
  } finally {
    await upstream.stop();
  }
});

Deno.test("our own functions are called from any page, as they are without the gateway", async () => {
  const anywhere = "https://anywhere.example";
  assert.deepEqual(
    [(await preflight("appointments", anywhere)).status, (await preflight("nothing", anywhere)).status],
    [204, 403],
  );
  const response = await fetch(`${gatewayUrl}/appointments/health`, { headers: { ...asGuest(), origin: anywhere } });
  await response.body?.cancel();
  assert.deepEqual([response.status, response.headers.get("access-control-allow-origin")], [200, anywhere]);
});

Deno.test("origins are set by who manages the gateway, and are origins", async () => {
  const path = `/gateway/${organizationId}/settings`;
  const foreign = await callPlatform("PUT", path, asMember(other.owner, other), { allowed_origins: ["*"] });
  assert.deepEqual([foreign.status, foreign.body.code], [403, "permission_denied"]);
  for (const wrong of ["https://a.example/path", "a.example", "javascript:alert(1)", "https://A.example", "null"]) {
    const answer = await callPlatform("PUT", path, asMember(owner, company), { allowed_origins: [wrong] });
    assert.deepEqual([answer.status, answer.body.code], [422, "invalid_input"], wrong);
  }
});
