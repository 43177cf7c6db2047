import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { asGuest, callGateway } from "./fixture.ts";
import {
  asKey,
  eventually,
  gatewayUrl,
  newAdapter,
  newCompany,
  newKey,
  operator,
  startUpstream,
} from "./gateway-fixture.ts";

const company = await newCompany();
const headers = asKey(await newKey(company));

/** Nothing of an upstream is told but what is meant for clients. */
const leaks = /127\.0\.0\.1|internals|stack trace|at \w+ \(/;

Deno.test("what may be repeated is tried again, what may not is sent once", async () => {
  let failures = 2;
  const upstream = startUpstream(() =>
    failures-- > 0 ? new Response("internals", { status: 503 }) : Response.json({ ok: true })
  );
  try {
    const { name } = await newAdapter(company, upstream.url, { route: { retries: 2, breaker_threshold: 50 } });
    for (const method of ["GET", "DELETE", "PUT"]) {
      [failures, upstream.seen.length] = [2, 0];
      const answer = await callGateway(method, `/v1/${name}/x`, headers);
      assert.deepEqual([answer.status, upstream.seen.length], [200, 3], method);
    }
    for (const [method, body] of [["POST", undefined], ["PUT", { a: 1 }], ["PATCH", { a: 1 }]] as const) {
      [failures, upstream.seen.length] = [2, 0];
      const answer = await callGateway(method, `/v1/${name}/x`, headers, body);
      assert.deepEqual([answer.status, answer.body.code, upstream.seen.length], [502, "upstream_failed", 1], method);
      assert.ok(!leaks.test(answer.text));
    }
    [failures, upstream.seen.length] = [9, 0];
    const given = await callGateway("GET", `/v1/${name}/x`, headers);
    assert.deepEqual(
      [given.status, given.body.upstream_status, upstream.seen.length],
      [502, 503, 3],
      "three times at most",
    );
  } finally {
    await upstream.stop();
  }
});

Deno.test("refusals of a service are its own to say; its failures are not", async () => {
  const upstream = startUpstream((request) => {
    const status = Number(new URL(request.url).pathname.slice(1));
    return Response.json({ internals: "at Object (server.js)" }, { status, headers: { "retry-after": "7" } });
  });
  try {
    const { name } = await newAdapter(company, upstream.url, { route: { retries: 0, breaker_threshold: 50 } });
    for (const status of [400, 404, 409, 429]) {
      const answer = await callGateway("GET", `/v1/${name}/${status}`, headers);
      assert.deepEqual([answer.status, answer.body.internals !== undefined], [status, true]);
    }
    for (const status of [500, 501, 502, 503, 504]) {
      const answer = await callGateway("GET", `/v1/${name}/${status}`, headers);
      assert.deepEqual([answer.status, answer.body.code, answer.body.upstream_status], [
        502,
        "upstream_failed",
        status,
      ]);
      assert.ok(!leaks.test(answer.text));
    }
  } finally {
    await upstream.stop();
  }
});

Deno.test("a service that hangs is 504, one that is not there or breaks off is 502", async () => {
  const upstream = startUpstream(() => new Promise(() => {}));
  const gone = startUpstream();
  await gone.stop();
  const slow = await newAdapter(company, upstream.url, { route: { timeout_ms: 300, retries: 2 } });
  const started = performance.now();
  const late = await callGateway("GET", `/v1/${slow.name}/x`, headers);
  assert.deepEqual([late.status, late.body.code, late.headers.get("content-type")], [
    504,
    "upstream_timeout",
    "application/problem+json",
  ]);
  const took = performance.now() - started;
  assert.ok(took >= 300 && took < 2_000, `${Math.round(took)} ms`);
  const missing = await newAdapter(company, gone.url, { route: { retries: 1 } });
  const refused = await callGateway("GET", `/v1/${missing.name}/x`, headers);
  assert.deepEqual([refused.status, refused.body.code], [502, "upstream_failed"]);
  assert.ok(!leaks.test(late.text + refused.text));
  void upstream.stop();
});

Deno.test("after failures in a row the service is left alone, and called again when its time is up", async () => {
  let healthy = false;
  const upstream = startUpstream(() => healthy ? Response.json({ ok: true }) : new Response("no", { status: 500 }));
  try {
    const { name } = await newAdapter(company, upstream.url, {
      route: { retries: 0, breaker_threshold: 3, breaker_seconds: 2 },
    });
    const ask = () => callGateway("GET", `/v1/${name}/x`, headers);
    for (let n = 0; n < 3; n++) assert.equal((await ask()).status, 502);
    assert.ok(await eventually(async () => (await ask()).body.code === "circuit_open", 3_000));
    const before = upstream.seen.length;
    const open = await ask();
    assert.deepEqual([open.status, open.body.code, upstream.seen.length], [503, "circuit_open", before]);
    const wait = Number(open.headers.get("retry-after"));
    assert.ok(wait >= 1 && wait <= 2 && open.body.retry_after === wait, `${wait}`);
    healthy = true;
    assert.ok(await eventually(async () => (await ask()).status === 200, 5_000), "one call tries, and closes it");
    assert.ok(await eventually(async () => (await ask()).status === 200, 1_000));
  } finally {
    await upstream.stop();
  }
});

Deno.test("a client that stops in the middle of its body is no failure of the service", async () => {
  const whole = (request: Request) => request.arrayBuffer().then(() => Response.json({ ok: true }));
  const upstream = startUpstream((request) => whole(request).catch(() => new Response(null, { status: 400 })), {
    readBodies: false,
  });
  try {
    const { name } = await newAdapter(company, upstream.url, {
      route: { timeout_ms: 500, breaker_threshold: 2, breaker_seconds: 60 },
    });
    const stall = async (...pieces: string[]) => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => pieces.forEach((piece) => controller.enqueue(new TextEncoder().encode(piece))),
      });
      const response = await fetch(`${gatewayUrl}/${name}/x`, { method: "POST", headers, body });
      return [response.status, (await response.json()).code];
    };
    const stalled = await Promise.all([stall("a"), stall("a"), stall("a", "b"), stall()]);
    assert.deepEqual(stalled, Array(4).fill([408, "request_timeout"]));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { status, text } = await callGateway("POST", `/v1/${name}/x`, headers, { whole: true });
    assert.equal(status, 200, `others are served: ${text}`);
  } finally {
    void upstream.stop();
  }
});

Deno.test("what one of our functions answers, anyone may ask for without shutting it for others", async () => {
  // A service of the platform that does not answer: the strict health is 503 for everyone.
  const service = { name: `ill-${crypto.randomUUID().slice(0, 8)}`, version: "1", endpoint: "https://ill.example.com" };
  const { id: service_id } = await answerOf(operator.rpc("register_service", { service })) as { id: string };
  try {
    const report = { service_id, healthy: false, latency_ms: 1, error: "no" };
    for (let n = 0; n < 3; n++) await answerOf(operator.rpc("report_service_health", report));
    const ask = async () => (await callGateway("GET", "/v1/platform/health?strict=true", asGuest())).body;
    assert.ok(await eventually(async () => (await ask()).status === "degraded"));
    for (let n = 0; n < 6; n++) assert.equal((await ask()).status, "degraded");
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { status, text } = await callGateway("GET", "/v1/platform/health", asGuest());
    assert.equal(status, 200, text);
  } finally {
    await answerOf(operator.rpc("retire_registered_service", { service_id }));
  }
});

Deno.test("redirects are the client's to follow, and lead below the gateway", async () => {
  const upstream = startUpstream((request) => {
    const { pathname } = new URL(request.url);
    const to = pathname === "/base/inner"
      ? "/base/other?x=1"
      : pathname === "/base/admin"
      ? "http://127.0.0.1:1/internals"
      : "/secret";
    return new Response(null, { status: 302, headers: { location: to } });
  });
  try {
    const { name } = await newAdapter(company, `${upstream.url}/base`, { route: { breaker_threshold: 50 } });
    const to = async (path: string) => {
      const response = await fetch(`${gatewayUrl}/${name}${path}`, {
        headers,
        redirect: "manual",
      });
      await response.body?.cancel();
      return [response.status, response.headers.get("location")];
    };
    assert.deepEqual(await to("/inner"), [302, `/functions/v1/gateway/v1/${name}/other?x=1`]);
    assert.deepEqual(await to("/elsewhere"), [502, null], "an address of the service that is not open is not told");
    assert.equal(upstream.seen.length, 2, "the gateway follows none");
  } finally {
    await upstream.stop();
  }
});
