/**
 * Wire format of Supabase Realtime: serializer 1.0.0 (JSON objects) and 2.0.0 (JSON arrays, and binary frames for
 * broadcasts). Lengths in a binary frame count bytes of UTF-8 and are one byte each.
 *
 * @module
 */

import { concat } from "../bytes.ts";

/** Serializer versions; realtime-js speaks 2.0.0 unless told otherwise. */
export type Version = "1.0.0" | "2.0.0";

/** One message of a socket. `ref` numbers a client's push, `joinRef` the join it belongs to. */
export interface Frame {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
}

/** A broadcast on its way to a client. Bytes travel in binary frames only. */
export interface Broadcast {
  topic: string;
  event: string;
  payload: unknown;
  meta?: Record<string, unknown>;
}

/** A frame that follows neither serializer. */
export class MalformedFrame extends Error {}

const CLIENT_PUSH = 3;
const SERVER_BROADCAST = 4;
const BYTES = 0;
const JSON_TEXT = 1;
const PUSH_HEADER = 7;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text of a frame. */
export function encodeFrame(version: Version, frame: Frame): string {
  const { joinRef, ref, topic, event, payload } = frame;
  return version === "1.0.0"
    ? JSON.stringify({ topic, event, payload, ref, join_ref: joinRef })
    : JSON.stringify([joinRef, ref, topic, event, payload]);
}

/** A broadcast as the client's serializer wants it; null when it cannot carry it (bytes over 1.0.0). */
export function encodeBroadcast(version: Version, broadcast: Broadcast): string | Uint8Array<ArrayBuffer> | null {
  const { topic, event, payload, meta } = broadcast;
  const bytes = payload instanceof Uint8Array;
  const head = [topic, event, meta ? JSON.stringify(meta) : ""].map((text) => encoder.encode(text));
  if (version === "1.0.0" || head.some((part) => part.length > 255)) {
    const body = { type: "broadcast", event, payload, ...(meta ? { meta } : {}) };
    return bytes ? null : encodeFrame(version, { joinRef: null, ref: null, topic, event: "broadcast", payload: body });
  }
  const body = bytes ? payload : encoder.encode(JSON.stringify(payload));
  return concat(
    Uint8Array.from([SERVER_BROADCAST, ...head.map((part) => part.length), bytes ? BYTES : JSON_TEXT]),
    ...head,
    body,
  );
}

/** Reads what a client sent. Throws `MalformedFrame`. */
export function decodeFrame(data: string | ArrayBuffer): Frame {
  try {
    return typeof data === "string" ? decodeText(data) : decodePush(new Uint8Array(data));
  } catch (error) {
    throw error instanceof MalformedFrame ? error : new MalformedFrame(String(error));
  }
}

function decodeText(data: string): Frame {
  const value = JSON.parse(data);
  const [joinRef, ref, topic, event, payload] = Array.isArray(value)
    ? value
    : [value?.join_ref, value?.ref, value?.topic, value?.event, value?.payload];
  if (typeof topic !== "string" || typeof event !== "string") throw new MalformedFrame("topic and event are required");
  return { joinRef: joinRef ?? null, ref: ref ?? null, topic, event, payload };
}

function decodePush(frame: Uint8Array): Frame {
  const [kind, joinRefLength, refLength, topicLength, eventLength, metaLength, encoding] = frame;
  if (kind !== CLIENT_PUSH || encoding === undefined) throw new MalformedFrame(`unexpected binary frame ${kind}`);
  let at = PUSH_HEADER;
  const take = (length: number) => decoder.decode(frame.subarray(at, at += length));
  const joinRef = take(joinRefLength!), ref = take(refLength!);
  const topic = take(topicLength!), event = take(eventLength!), meta = take(metaLength!);
  if (at > frame.length) throw new MalformedFrame("binary frame is shorter than its lengths say");
  const rest = frame.subarray(at);
  const payload = encoding === JSON_TEXT ? JSON.parse(decoder.decode(rest)) : rest.slice();
  const body = { type: "broadcast", event, payload, ...(meta ? { meta: JSON.parse(meta) } : {}) };
  return { joinRef: joinRef || null, ref: ref || null, topic, event: "broadcast", payload: body };
}
