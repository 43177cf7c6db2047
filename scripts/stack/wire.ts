/**
 * The little of the PostgreSQL wire protocol that the TCP door has to understand.
 *
 * @module
 */

import { concat } from "./bytes.ts";

/** A message of a client, whole. */
export type ClientMessage =
  | { kind: "encryption" }
  | { kind: "cancel" }
  | { kind: "startup"; bytes: Uint8Array }
  | { kind: "terminate" }
  | { kind: "message"; bytes: Uint8Array };

const requestCode = { cancel: 80877102, ssl: 80877103, gssapi: 80877104 };
const tag = { query: 0x51, terminate: 0x58, readyForQuery: 0x5a };
const idle = 0x49;

/** Cuts a client's bytes into messages. */
export class MessageReader {
  #pending: Uint8Array<ArrayBufferLike> = new Uint8Array();
  #started = false;

  /** The messages that are complete once these bytes have come. */
  *push(bytes: Uint8Array): Generator<ClientMessage> {
    this.#pending = concat(this.#pending, bytes);
    for (let message = this.#next(); message; message = this.#next()) {
      if (message.kind === "startup") this.#started = true;
      yield message;
    }
  }

  #next(): ClientMessage | undefined {
    // only a client's first messages come without a type byte
    const header = this.#started ? 1 : 0;
    const view = new DataView(this.#pending.buffer, this.#pending.byteOffset, this.#pending.byteLength);
    if (view.byteLength < header + 4) return undefined;
    const length = header + view.getInt32(header);
    if (view.byteLength < length) return undefined;
    const bytes = this.#pending.slice(0, length);
    this.#pending = this.#pending.subarray(length);
    if (this.#started) return bytes[0] === tag.terminate ? { kind: "terminate" } : { kind: "message", bytes };
    const code = length >= 8 ? view.getInt32(4) : 0;
    if (code === requestCode.ssl || code === requestCode.gssapi) return { kind: "encryption" };
    return code === requestCode.cancel ? { kind: "cancel" } : { kind: "startup", bytes };
  }
}

/** Whether a server's answer ends with ReadyForQuery outside of a transaction: the session is free for others. */
export function endsIdle(answer: Uint8Array): boolean {
  const at = answer.length - 6;
  return at >= 0 && answer[at] === tag.readyForQuery && answer[at + 5] === idle;
}

/** A simple query as a message. */
export function queryMessage(sql: string): Uint8Array {
  const text = new TextEncoder().encode(sql);
  const message = new Uint8Array(text.length + 6);
  message[0] = tag.query;
  new DataView(message.buffer).setInt32(1, text.length + 5);
  message.set(text, 5);
  return message;
}
