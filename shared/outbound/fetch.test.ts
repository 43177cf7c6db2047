import assert from "node:assert/strict";
import { readSome } from "./body.ts";
import { closeConnections } from "./connections.ts";
import { safeFetch } from "./fetch.ts";
import { ask, cert, fails, serving } from "./testing.ts";

Deno.test("a call arrives as it was sent, and its answer comes back", () =>
  serving(async (request) => {
    const { method, headers } = request;
    return new Response(`${method} ${headers.get("host")} ${headers.get("x-a")} ${await request.text()}`, {
      status: 202,
      headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]],
    });
  }, async (port) => {
    const init = { method: "POST", body: "hello", headers: { "x-a": "1", host: "other.test", connection: "close" } };
    const answer = await ask(`http://name.test:${port}/path?q`, {}, init);
    assert.equal(answer.status, 202);
    assert.deepEqual(answer.headers.getSetCookie(), ["a=1", "b=2"]);
    assert.equal(await answer.text(), `POST name.test:${port} 1 hello`);
  }));

Deno.test("a name that is public when checked and loopback when looked up again leads to no other address", () => {
  let requests = 0;
  const reply = () => new Response(String(++requests));
  return serving(reply, async (port) => {
    let lookups = 0;
    // Public by its range, but of a network that is no more: nobody is called by this test.
    const rebinding = () => Promise.resolve([lookups++ === 0 ? "3ffe::1" : "127.0.0.1"]);
    const once = { allowPrivate: [], resolve: rebinding, connectTimeoutMs: 300, ca: cert };
    const failure = await safeFetch(`https://good.test:${port}`, {}, once).then(() => undefined, (error) => error);
    assert.match(failure.code, /timeout|connection_failed/);
    assert.deepEqual([lookups, requests], [1, 0]);
    await fails(safeFetch(`https://good.test:${port}`, {}, once), "address_refused");
    assert.deepEqual([lookups, requests], [2, 0]);
  }, true);
});

Deno.test("a name is looked up once a call, and what it says next is of the next call", () => {
  const reply = () => new Response("reached");
  return serving(reply, async (port) => {
    let lookups = 0;
    const moving = () => Promise.resolve([lookups++ === 0 ? "127.0.0.2" : "127.0.0.1"]);
    await fails(ask(`http://name.test:${port}`, { resolve: moving }), "connection_failed");
    assert.equal(await (await ask(`http://name.test:${port}`, { resolve: moving })).text(), "reached");
    assert.equal(lookups, 2);
  });
});

Deno.test("the checked address is the one that is called, with the name's certificate", () =>
  serving((request) => new Response(new URL(request.url).hostname), async (port) => {
    const answer = await ask(`https://good.test:${port}`, { ca: cert });
    assert.equal(await answer.text(), "good.test");
    await fails(ask(`https://bad.test:${port}`, { ca: cert }), "certificate_refused");
    await fails(ask(`https://good.test:${port}`), "certificate_refused");
  }, true));

Deno.test("an address that does not answer is followed by the next", () =>
  serving(() => new Response("here"), async (port) => {
    const resolve = () => Promise.resolve(["127.0.0.2", "127.0.0.1"]);
    assert.equal(await (await ask(`http://name.test:${port}`, { resolve })).text(), "here");
  }));

Deno.test("an endless body breaks off, with and without its reader", () => {
  const endless = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(10_000)) }));
  return serving(endless, async (port) => {
    const url = `http://name.test:${port}`;
    await fails((await ask(url, { maxBytes: 100_000 })).arrayBuffer(), "too_large");
    await fails((await ask(url, { maxBytes: 0, timeoutMs: 300 })).arrayBuffer(), "timeout");
    assert.equal((await readSome(await ask(url), 1_000)).length, 1_000);
  });
});

Deno.test("a compressed body stays as it came: a bomb of 100 MB is its 100 kB", async () => {
  const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let i = 0; i < 100; i++) controller.enqueue(new Uint8Array(1_000_000));
      controller.close();
    },
  });
  const bomb = await new Response(zeros.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
  await serving(() => new Response(bomb, { headers: { "content-encoding": "gzip" } }), async (port) => {
    const answer = await ask(`http://name.test:${port}`);
    assert.equal((await answer.arrayBuffer()).byteLength, bomb.byteLength);
    assert.ok(bomb.byteLength < 200_000);
  });
});

Deno.test("who hangs is given up on, in each phase", async () => {
  const hangs = Promise.withResolvers<Response>();
  await serving(() => hangs.promise, async (port) => {
    const url = `http://name.test:${port}`;
    await fails(ask(url, { timeoutMs: 200 }), "timeout");
    await fails(ask(url, { headersTimeoutMs: 200 }), "timeout");
    await fails(ask(url, { timeoutMs: 200, resolve: () => new Promise(() => {}) }), "timeout");
    hangs.resolve(new Response());
  });
});

Deno.test("a connection that is reset is a failure, not an answer", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const resets = (async () => {
    for await (const connection of listener) connection.close();
  })();
  await fails(ask(`http://name.test:${(listener.addr as Deno.NetAddr).port}`), "connection_failed");
  await closeConnections();
  listener.close();
  await resets;
});
