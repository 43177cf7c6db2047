import assert from "node:assert/strict";
import { concat } from "./bytes.ts";
import { endsIdle, MessageReader, queryMessage } from "./wire.ts";

const opening = (code: number, rest = new Uint8Array()) => {
  const bytes = new Uint8Array(8 + rest.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length);
  view.setInt32(4, code);
  bytes.set(rest, 8);
  return bytes;
};

Deno.test("messages are cut out of any pieces", () => {
  const startup = opening(196608, new TextEncoder().encode("user\0postgres\0\0"));
  const stream = concat(opening(80877103), startup, queryMessage("select 1"), queryMessage("select 2"));
  for (const size of [1, 3, 7, stream.length]) {
    const reader = new MessageReader();
    const kinds: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      for (const message of reader.push(stream.slice(at, at + size))) kinds.push(message.kind);
    }
    assert.deepEqual(kinds, ["encryption", "startup", "message", "message"], `pieces of ${size}`);
  }
});

Deno.test("a cancel request is no startup", () => {
  const [message] = [...new MessageReader().push(opening(80877102, new Uint8Array(8)))];
  assert.equal(message?.kind, "cancel");
});

Deno.test("only ReadyForQuery outside of a transaction frees the session", () => {
  const ready = (status: string) => new Uint8Array([0x5a, 0, 0, 0, 5, status.charCodeAt(0)]);
  assert.equal(endsIdle(concat(queryMessage("x"), ready("I"))), true);
  assert.equal(endsIdle(ready("T")), false);
  assert.equal(endsIdle(ready("E")), false);
  assert.equal(endsIdle(new Uint8Array([1])), false);
});
