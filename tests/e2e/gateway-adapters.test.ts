import assert from "node:assert/strict";
import { callGateway, callPlatform } from "./fixture.ts";
import {
  asKey,
  asMember,
  gatewayUrl,
  newAdapter,
  newCompany,
  newKey,
  newMember,
  startUpstream,
} from "./gateway-fixture.ts";

const company = await newCompany();
const { owner, organizationId } = company;
const headers = asKey(await newKey(company));
const secret = `hush-${crypto.randomUUID()}`;

Deno.test("an adapter signs in as its service asks for it", async () => {
  const upstream = startUpstream();
  try {
    const sent = async (adapter: Record<string, string>, path = "/x") => {
      upstream.seen.length = 0;
      const { name } = await newAdapter(company, upstream.url, { secret, ...adapter });
      const answer = await callGateway("GET", `/v1/${name}${path}`, { ...headers, authorization: "Basic Zm9yZ2Vk" });
      assert.equal(answer.status, 200, answer.text);
      assert.ok(!answer.text.includes(secret));
      return upstream.seen[0]!;
    };
    assert.equal((await sent({ scheme: "bearer" })).headers.authorization, `Bearer ${secret}`);
    assert.equal(
      (await sent({ scheme: "basic", username: "ünal" })).headers.authorization,
      `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`ünal:${secret}`)))}`,
    );
    assert.equal((await sent({ scheme: "header", parameter: "X-Key" })).headers["x-key"], secret);
    assert.equal((await sent({ scheme: "query", parameter: "key" }, "/x?key=forged&a=1")).path, `/x?key=${secret}&a=1`);
  } finally {
    await upstream.stop();
  }
});

Deno.test("a service that tells its query back tells its caller no credential", async () => {
  const told = [
    (query: string) => ({ location: `/x/${query}` }),
    (query: string) => ({ location: `https://elsewhere.example/x${query}` }),
    (query: string) => ({ link: `</x${query}>; rel="next"`, "x-echo": query }),
  ];
  for (const headersOf of told) {
    const upstream = startUpstream((request) =>
      new Response(null, { status: 301, headers: headersOf(new URL(request.url).search) })
    );
    try {
      const value = `${secret}/+ü`;
      const { name } = await newAdapter(company, upstream.url, { secret: value, scheme: "query", parameter: "key" });
      const answer = await fetch(`${gatewayUrl}/${name}/x?a=1`, { headers, redirect: "manual" });
      const said = decodeURIComponent(JSON.stringify([...answer.headers]));
      assert.ok(upstream.seen[0]!.path.includes(secret) && !said.includes(secret), said);
      const location = answer.headers.get("location");
      assert.ok(location === null || location.endsWith("?a=1"), `the rest is as it was: ${location}`);
    } finally {
      await upstream.stop();
    }
  }
});

Deno.test("client credentials are exchanged for a token, which is used until it is refused", async () => {
  let issued = 0;
  let good = "token-1";
  const upstream = startUpstream((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/token") {
      return Response.json({ access_token: `token-${++issued}`, token_type: "Bearer", expires_in: 3600 });
    }
    return new Response(null, { status: request.headers.get("authorization") === `Bearer ${good}` ? 204 : 401 });
  });
  try {
    const { name } = await newAdapter(company, `${upstream.url}/api`, {
      scheme: "oauth2",
      username: "client",
      secret,
      token_url: `${upstream.url}/token`,
      scope: "send",
    });
    const ask = async () => (await callGateway("GET", `/v1/${name}/x`, headers)).status;
    assert.deepEqual([await ask(), await ask(), issued], [204, 204, 1]);
    const asked = upstream.seen.find(({ path }) => path === "/token")!;
    assert.equal(asked.body, "grant_type=client_credentials&scope=send");
    assert.equal(asked.headers.authorization, `Basic ${btoa(`client:${secret}`)}`);
    good = "token-2";
    assert.deepEqual([await ask(), await ask(), issued], [401, 204, 2], "a refused token is not used again");
  } finally {
    await upstream.stop();
  }
});

Deno.test("a manager sets an adapter up; its secret is told to nobody and goes nowhere else", async () => {
  const path = `/gateway/${organizationId}/adapters`;
  const manager = asMember(owner, company);
  const name = `sms-${crypto.randomUUID().slice(0, 8)}`;
  const made = await callPlatform("PUT", path, manager, {
    name,
    endpoint: "https://api.example.com/v1",
    scheme: "bearer",
    secret,
  });
  assert.equal(made.status, 200, made.text);
  assert.deepEqual([made.body.has_secret, made.body.allow_private, made.text.includes(secret)], [true, false, false]);
  const listed = await callPlatform("GET", path, manager);
  assert.ok(listed.text.includes(name) && !listed.text.includes(secret));

  const moved = await callPlatform("PUT", path, manager, { name, endpoint: "https://collector.example.com" });
  assert.deepEqual([moved.status, moved.body.field], [422, "secret"], "who sends it elsewhere must know it");
  const kept = await callPlatform("PUT", path, manager, { name, route: { retries: 0 } });
  assert.deepEqual([kept.status, kept.body.has_secret, kept.body.route.retries], [200, true, 0], kept.text);
  const private_ = await callPlatform("PUT", path, manager, { name, allow_private: true });
  assert.deepEqual(
    [private_.status, private_.body.code],
    [403, "permission_denied"],
    "private addresses are the operator's to allow",
  );
  const staff = await newMember(company, "staff");
  const refused = await callPlatform("PUT", path, asMember(staff, company), {
    name: "other",
    endpoint: "https://a.example",
  });
  assert.deepEqual([refused.status, refused.body.code], [403, "permission_denied"]);

  for (
    const adapter of [
      { name: "a", endpoint: "https://a.example", scheme: "basic", secret: "x" },
      { name: "a", endpoint: "https://a.example", scheme: "bearer" },
      { name: "a", endpoint: "https://user:pass@a.example", scheme: "none" },
      { name: "a", endpoint: "https://a.example", scheme: "header", secret: "x", parameter: "Host" },
      { name: "a", endpoint: "ftp://a.example", scheme: "none" },
      { name: "a" },
      { name: "../a", endpoint: "https://a.example" },
    ]
  ) {
    const answer = await callPlatform("PUT", path, manager, adapter);
    assert.deepEqual([answer.status, answer.body.code], [422, "invalid_input"], JSON.stringify(adapter));
  }
  const removed = await callPlatform("DELETE", `/gateway/adapters/${made.body.service_id}`, manager);
  assert.equal(removed.status, 204, removed.text);
  const gone = await callGateway("GET", `/v1/${name}/x`, headers);
  assert.deepEqual([gone.status, gone.body.code], [404, "service_not_found"]);
});

Deno.test("an adapter leads to the public internet alone, whatever its name resolves to", async () => {
  // The tests' stack lets 127.0.0.1 be called.
  const upstream = startUpstream(undefined, { hostname: "127.0.0.2" });
  const { port } = new URL(upstream.url);
  const manager = asMember(owner, company);
  try {
    const endpoints = [
      `http://127.0.0.2:${port}`,
      `https://localhost:${port}`, // a name that leads home
      `https://[::1]:${port}`,
      `https://[::ffff:7f00:1]:${port}`,
      "https://169.254.169.254/latest",
      `https://0x7f.2:${port}`,
      "https://10.0.0.1",
    ];
    for (const endpoint of endpoints) {
      const name = `away-${crypto.randomUUID().slice(0, 8)}`;
      const saved = await callPlatform("PUT", `/gateway/${organizationId}/adapters`, manager, {
        name,
        endpoint,
        route: { retries: 0 },
      });
      if (saved.status === 422) continue;
      const answer = await callGateway("GET", `/v1/${name}/x`, headers);
      assert.deepEqual([answer.status, answer.body.code], [502, "upstream_failed"], endpoint);
    }
    assert.equal(upstream.seen.length, 0);
  } finally {
    await upstream.stop();
  }
});
