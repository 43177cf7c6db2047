import assert from "node:assert/strict";
import { decodeFrame, encodeBroadcast, encodeFrame, MalformedFrame } from "./frames.ts";

const utf8 = new TextEncoder();

/** A client's push as realtime-js 2.x lays it out. */
function push(parts: [string, string, string, string, string], encoding: number, payload: Uint8Array): ArrayBuffer {
  const heads = parts.map((part) => utf8.encode(part));
  const bytes = [3, ...heads.map((head) => head.length), encoding, ...heads.flatMap((head) => [...head]), ...payload];
  return Uint8Array.from(bytes).buffer;
}

Deno.test("both serializers of a text frame are read alike", () => {
  const frame = { joinRef: "1", ref: "2", topic: "realtime:a", event: "phx_join", payload: { x: 1 } };
  assert.deepEqual(decodeFrame(encodeFrame("1.0.0", frame)), frame);
  assert.deepEqual(decodeFrame(encodeFrame("2.0.0", frame)), frame);
});

Deno.test("a binary push carries JSON or bytes and counts UTF-8 bytes, not letters", () => {
  const json = decodeFrame(push(["1", "7", "realtime:zü", "größe", '{"a":1}'], 1, utf8.encode('{"é":"ü"}')));
  assert.deepEqual(json, {
    joinRef: "1",
    ref: "7",
    topic: "realtime:zü",
    event: "broadcast",
    payload: { type: "broadcast", event: "größe", payload: { "é": "ü" }, meta: { a: 1 } },
  });
  const bytes = decodeFrame(push(["", "", "realtime:b", "e", ""], 0, Uint8Array.of(0, 255)));
  assert.deepEqual((bytes.payload as { payload: Uint8Array }).payload, Uint8Array.of(0, 255));
  assert.equal(bytes.joinRef, null);
});

Deno.test("a broadcast to a 2.0.0 client is one binary frame with its parts in order", () => {
  const frame = encodeBroadcast("2.0.0", { topic: "realtime:ü", event: "go", payload: { n: 1 }, meta: { id: "x" } });
  assert.ok(frame instanceof Uint8Array);
  assert.deepEqual([...frame.subarray(0, 5)], [4, 11, 2, 10, 1]);
  assert.equal(new TextDecoder().decode(frame.subarray(5)), 'realtime:ügo{"id":"x"}{"n":1}');
});

Deno.test("a name too long for one length byte falls back to text", () => {
  const topic = "realtime:" + "x".repeat(300);
  const text = encodeBroadcast("2.0.0", { topic, event: "go", payload: 1 });
  assert.equal(decodeFrame(text as string).topic, topic);
});

Deno.test("bytes cannot reach a 1.0.0 client", () => {
  assert.equal(encodeBroadcast("1.0.0", { topic: "t", event: "e", payload: Uint8Array.of(1) }), null);
});

Deno.test("whatever follows neither serializer is refused", () => {
  const truncated = push(["1", "1", "realtime:a", "e", ""], 1, new Uint8Array()).slice(0, 12);
  for (const data of ["{", "[]", "{}", "null", new ArrayBuffer(0), Uint8Array.of(9, 9).buffer, truncated]) {
    assert.throws(() => decodeFrame(data), MalformedFrame);
  }
});
