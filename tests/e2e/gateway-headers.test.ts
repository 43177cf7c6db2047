import assert from "node:assert/strict";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { callGateway, stack } from "./fixture.ts";
import { asKey, asMember, gatewayUrl, newAdapter, newCompany, newKey, startUpstream } from "./gateway-fixture.ts";

const company = await newCompany();
const { owner, organizationId } = company;
const key = await newKey(company);

/** Sends what `fetch` would not, and reads until the server closes. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(stack.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  let answer = "";
  const decoder = new TextDecoder();
  const timer = setTimeout(() => connection.close(), 3_000);
  try {
    for await (const chunk of connection.readable) {
      answer += decoder.decode(chunk);
    }
  } catch {
    // closed by us or by them
  }
  clearTimeout(timer);
  return answer;
}

Deno.test("a service of the platform's world is told who calls, by a token for it alone", async () => {
  const upstream = startUpstream();
  try {
    const { name, id } = await newAdapter(company, upstream.url, { scheme: "gateway" });
    const answer = await callGateway("GET", `/v1/${name}/x`, asMember(owner, company));
    assert.equal(answer.status, 200, answer.text);
    const { headers } = upstream.seen[0]!;
    const token = headers.authorization!.replace("Bearer ", "");
    const keys = createRemoteJWKSet(new URL(`${stack.url}/rest/v1/rpc/service_signing_keys`), {
      headers: { apikey: stack.publishableKey },
    });
    // Not its name: a service of another organization may have the same.
    const { payload } = await jwtVerify(token, keys, { algorithms: ["ES256"], audience: id });
    const { caller, caller_id, organization, sub, exp, iat } = payload;
    assert.deepEqual({ caller, caller_id, organization, sub, life: exp! - iat! }, {
      caller: "user",
      caller_id: owner.id,
      organization: organizationId,
      sub: "gateway",
      life: 300,
    });
    assert.deepEqual([headers["x-organization-id"], headers["x-user-id"], headers["x-caller-kind"]], [
      organizationId,
      owner.id,
      "user",
    ]);
    const back = await callGateway("GET", `/v1/${name}/x`, { authorization: `Bearer ${token}` });
    assert.deepEqual(
      [back.status, back.body.code],
      [401, "invalid_service_token"],
      "whoever is given it can do nothing here with it",
    );
  } finally {
    await upstream.stop();
  }
});

Deno.test("an address that is not on the public internet is not called, unless the operator says so", async () => {
  // The tests' stack lets 127.0.0.1 be called.
  const upstream = startUpstream(undefined, { hostname: "127.0.0.2" });
  try {
    const { data } = await owner.client.rpc("register_service", {
      service: { name: `own-${crypto.randomUUID().slice(0, 8)}`, version: "1.0.0", endpoint: upstream.url },
      organization_id: organizationId,
    });
    const { name } = data as { name: string };
    const answer = await callGateway("GET", `/v1/${name}/x`, {
      ...asMember(owner, company),
      "x-user-id": "forged",
      "x-forwarded-for": "6.6.6.6",
      cookie: "a=b",
    });
    // at a private address, which nobody allowed for this one
    assert.deepEqual([answer.status, answer.body.code], [502, "upstream_failed"]);
    assert.equal(upstream.seen.length, 0);
    assert.ok(!/127\.0\.0|private|address/.test(answer.text), "nor is it told why");
  } finally {
    await upstream.stop();
  }
});

Deno.test("a service outside gets no credential of its caller, and no word of ours that a client wrote", async () => {
  const upstream = startUpstream(() =>
    new Response("fine", {
      headers: { server: "secret/1.0", "set-cookie": "a=b", "x-powered-by": "x", "access-control-allow-origin": "*" },
    })
  );
  try {
    const { name } = await newAdapter(company, upstream.url, {
      scheme: "header",
      parameter: "X-Partner-Key",
      secret: "partner",
    });
    const answer = await callGateway("GET", `/v1/${name}/x`, {
      ...asMember(owner, company),
      "x-partner-key": "forged",
      "x-user-id": "forged",
      "x-organization-id": organizationId,
      "x-forwarded-for": "6.6.6.6",
      forwarded: "for=6.6.6.6",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      cookie: "session=1",
      "x-custom": "kept",
    });
    assert.equal(answer.status, 200, answer.text);
    const { headers } = upstream.seen[0]!;
    assert.equal(headers["x-partner-key"], "partner");
    assert.equal(headers["x-custom"], "kept");
    for (const name of ["authorization", "apikey", "cookie", "x-user-id", "x-organization-id"]) {
      assert.equal(headers[name], undefined, name);
    }
    assert.ok(!JSON.stringify(headers).includes("6.6.6.6"), "what a client says of its address is not passed on");
    assert.match(headers.traceparent!, /^00-0af7651916cd43dd8448eb211c80319c-/, "the trace goes on");
    assert.equal(headers["x-request-id"], answer.headers.get("x-request-id"));
    for (const name of ["server", "set-cookie", "x-powered-by", "access-control-allow-origin"]) {
      assert.equal(answer.headers.get(name), null, name);
    }
  } finally {
    await upstream.stop();
  }
});

Deno.test("requests that two servers would read differently are not passed on", async () => {
  const upstream = startUpstream();
  try {
    const { name } = await newAdapter(company, upstream.url);
    const path = `/functions/v1/gateway/v1/${name}`;
    const host = new URL(stack.url).host;
    const head = (line: string, ...headers: string[]) =>
      [line, `Host: ${host}`, `x-api-key: ${key}`, "Connection: close", ...headers, "", ""].join("\r\n");
    const smuggled = `GET ${path}/smuggled HTTP/1.1\r\nHost: ${host}\r\nx-api-key: ${key}\r\n\r\n`;

    const both = await raw(
      head(`POST ${path}/a HTTP/1.1`, "Content-Length: 5", "Transfer-Encoding: chunked") + `0\r\n\r\n${smuggled}`,
    );
    const twice = await raw(
      head(`POST ${path}/b HTTP/1.1`, "Content-Length: 0", `Content-Length: ${smuggled.length}`) + smuggled,
    );
    const odd = await raw(head(`POST ${path}/c HTTP/1.1`, "Transfer-Encoding: xchunked") + smuggled);
    assert.match(twice, /^HTTP\/1\.1 400/);
    assert.match(odd, /^HTTP\/1\.1 [45]/);
    assert.ok(!both.includes("200 OK") || !upstream.seen.some(({ path }) => path === "/smuggled"));
    assert.match(await raw(head(`GET ${path}/d HTTP/1.1`, "x-a: 1\rx-b: 2")), /^HTTP\/1\.1 400|^$/);
    assert.match(await raw(head(`GET ${path}/e f HTTP/1.1`)), /^HTTP\/1\.1 [45]|^$/);
    assert.deepEqual(
      upstream.seen.filter(({ path }) => path === "/smuggled"),
      [],
      "no second request came out of the first",
    );

    const absolute = await raw(head(`GET http://evil.example${path}/absolute HTTP/1.1`));
    const doubled = await raw(head(`GET ${path}/doubled HTTP/1.1`, "Host: evil.example"));
    for (const answer of [absolute, doubled]) assert.match(answer, /^HTTP\/1\.1 (200|4\d\d)/);
    for (const { headers } of upstream.seen) {
      assert.equal(headers.host, new URL(upstream.url).host, "the host is the service's, whatever a client says");
      assert.ok(!JSON.stringify(headers).includes("evil.example"));
    }
  } finally {
    await upstream.stop();
  }
});

Deno.test("headers that Connection names end at the gateway, also when they are ours", async () => {
  const upstream = startUpstream();
  try {
    const { name } = await newAdapter(company, upstream.url);
    const { host } = new URL(stack.url);
    const text = await raw(
      `GET /functions/v1/gateway/v1/${name}/x HTTP/1.1\r\nHost: ${host}\r\nx-api-key: ${key}\r\nx-hop: 1\r\n` +
        "Connection: close, x-hop, x-request-id, via\r\n\r\n",
    );
    assert.match(text, /^HTTP\/1\.1 200/);
    const { headers } = upstream.seen[0]!;
    assert.equal(headers["x-hop"], undefined);
    assert.ok(headers["x-request-id"] && headers.via);
  } finally {
    await upstream.stop();
  }
});

Deno.test("a websocket is refused plainly, and so is a way in circles", async () => {
  const { name } = await newAdapter(company, gatewayUrl.replace("/gateway/v1", "/gateway/v1/appointments"));
  const socket = await raw(
    `GET /functions/v1/gateway/v1/${name}/x HTTP/1.1\r\nHost: ${new URL(stack.url).host}\r\nx-api-key: ${key}\r\n` +
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  assert.match(socket, /^HTTP\/1\.1 501[^]*websocket_not_supported/);
  const circle = await callGateway("GET", `/v1/${name}/health`, asKey(key));
  assert.deepEqual(
    [circle.status, circle.body.code, circle.body.upstream_status],
    [502, "upstream_failed", 508],
    circle.text,
  );
});

Deno.test("one of our functions hears of the caller by the caller's own credential", async () => {
  const answer = await callGateway("GET", `/v1/platform/gateway/${organizationId}/plugins`, asMember(owner, company));
  assert.deepEqual([answer.status, answer.body], [200, { items: [] }], answer.text);
  assert.ok(decodeJwt(owner.token).sub === owner.id);
});
