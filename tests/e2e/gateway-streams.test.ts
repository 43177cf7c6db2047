import assert from "node:assert/strict";
import { call, callPlatform, stack } from "./fixture.ts";
import { asKey, asMember, gatewayUrl, newAdapter, newCompany, newKey, startUpstream } from "./gateway-fixture.ts";

const company = await newCompany();
const headers = asKey(await newKey(company));
const MB = 1024 * 1024;

/** So many bytes, made as they are read. */
function bytes(total: number, onPull: (sent: number) => void = () => {}): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024).fill(120);
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= total) return controller.close();
      controller.enqueue(chunk);
      sent += chunk.length;
      onPull(sent);
    },
  }, { highWaterMark: 0 });
}

/** Sends so many bytes as fast as they are taken: `fetch` would read the body ahead of that. */
async function post(url: string, total: number, onSent: (sent: number) => void): Promise<string> {
  const { hostname, port, pathname, host } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const fields = Object.entries({ ...headers, host, "content-length": total, connection: "close" });
  const head = [`POST ${pathname} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""].join(
    "\r\n",
  );
  const chunk = new Uint8Array(64 * 1024).fill(120);
  const write = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  };
  await write(new TextEncoder().encode(head));
  for (let sent = 0; sent < total; onSent(sent += chunk.length)) await write(chunk);
  return await new Response(connection.readable).text();
}

async function countBytes(body: ReadableStream<Uint8Array> | null): Promise<number> {
  let count = 0;
  for await (const chunk of body ?? []) count += chunk.length;
  return count;
}

Deno.test("100 MB pass where the service takes them: nothing is kept on the way", async () => {
  let sent = 0;
  let farthestBehind = 0;
  const upstream = startUpstream(async (request) => {
    let received = 0;
    for await (const chunk of request.body!) {
      received += chunk.length;
      farthestBehind = Math.max(farthestBehind, sent - received);
    }
    return Response.json({ received });
  }, { readBodies: false });
  try {
    const { name } = await newAdapter(company, upstream.url, {
      route: { max_body_bytes: 200 * MB, timeout_ms: 60_000 },
    });
    const answer = await post(`${gatewayUrl}/${name}/upload`, 100 * MB, (count) => sent = count);
    assert.match(answer, new RegExp(`^HTTP/1.1 200 [^]*"received":${100 * MB}`));
    assert.ok(farthestBehind < 40 * MB, `${Math.round(farthestBehind / MB)} MB were on the way at once`);
  } finally {
    await upstream.stop();
  }
});

Deno.test("a body beyond what the service takes is 413, declared or not; our own functions take 1 MB", async () => {
  let received = 0;
  const upstream = startUpstream(async (request) => {
    received = await countBytes(request.body).catch(() => 0);
    return Response.json({ received });
  }, { readBodies: false });
  try {
    const { name } = await newAdapter(company, upstream.url, {
      route: { max_body_bytes: 2 * MB, breaker_threshold: 1 },
    });
    const declared = await fetch(`${gatewayUrl}/${name}/x`, { method: "POST", headers, body: new Uint8Array(3 * MB) });
    assert.deepEqual([declared.status, (await declared.json()).code], [413, "payload_too_large"]);
    const chunked = await fetch(`${gatewayUrl}/${name}/x`, { method: "POST", headers, body: bytes(8 * MB) });
    assert.deepEqual([chunked.status, (await chunked.json()).code], [413, "payload_too_large"]);
    const fits = await fetch(`${gatewayUrl}/${name}/x`, { method: "POST", headers, body: bytes(MB) });
    assert.deepEqual([fits.status, (await fits.json()).received], [200, MB], "and it is no failure of the service");
  } finally {
    await upstream.stop();
  }
  const big = "x".repeat(100 * MB);
  const sender = { ...asMember(company.owner, company), "content-type": "application/json" };
  for (
    const answer of [
      await callPlatform("POST", "/events", sender, big),
      await call("POST", "/appointments", sender, big),
    ]
  ) {
    assert.deepEqual([answer.status, answer.body.code], [413, "payload_too_large"], answer.request);
  }
});

Deno.test("an answer of 50 MB comes through as it is made", async () => {
  let made = 0;
  const upstream = startUpstream(() => new Response(bytes(50 * MB, (count) => made = count)));
  try {
    const { name } = await newAdapter(company, upstream.url);
    const response = await fetch(`${gatewayUrl}/${name}/download`, { headers });
    const reader = response.body!.getReader();
    await reader.read();
    assert.ok(made < 30 * MB, "its beginning is here before its end is made");
    reader.releaseLock();
    assert.ok(await countBytes(response.body) > 49 * MB);
  } finally {
    await upstream.stop();
  }
});

Deno.test("server-sent events arrive one by one, longer than a service has to begin its answer", async () => {
  const encoder = new TextEncoder();
  let left = false;
  const upstream = startUpstream(() =>
    new Response(
      new ReadableStream({
        async start(controller) {
          for (let n = 0; n < 4; n++) {
            controller.enqueue(encoder.encode(`data: ${n}\n\n`));
            await new Promise((resolve) => setTimeout(resolve, 200));
          }
        },
        cancel: () => void (left = true),
      }),
      { headers: { "content-type": "text/event-stream" } },
    )
  );
  try {
    const { name } = await newAdapter(company, upstream.url, { route: { timeout_ms: 400 } });
    const response = await fetch(`${gatewayUrl}/${name}/events`, { headers });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const times: number[] = [];
    for (let text = ""; !text.includes("data: 3");) {
      const { value } = await reader.read();
      text += value;
      times.push(performance.now());
    }
    assert.ok(times.at(-1)! - times[0]! > 500, "spread as they were sent");
    await reader.cancel();
    for (let n = 0; n < 30 && !left; n++) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(left, "the service hears that the client left");
  } finally {
    await upstream.stop();
  }
});

Deno.test("the stack is there after all of it", async () => {
  const { status } = await fetch(`${stack.url}/functions/v1/gateway/health`);
  assert.equal(status, 200);
});
