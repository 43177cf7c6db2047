import { type Broadcast, encodeBroadcast, encodeFrame } from "./frames.ts";
import type { Channel, Connection } from "./types.ts";

/** Sends one frame to one client. */
export function push(
  connection: Connection,
  frame: { joinRef?: string | null; ref?: string | null; topic: string; event: string; payload: unknown },
): void {
  if (connection.socket.readyState !== WebSocket.OPEN) return;
  connection.socket.send(encodeFrame(connection.version, { joinRef: null, ref: null, ...frame }));
}

/** Answers a client's push. */
export function reply(
  connection: Connection,
  to: { joinRef: string | null; ref: string | null; topic: string },
  status: "ok" | "error",
  response: unknown = {},
): void {
  push(connection, { ...to, event: "phx_reply", payload: { status, response } });
}

/** A `system` message, which supabase-js shows to `channel.on("system", …)`. */
export function pushSystem(channel: Channel, extension: string, status: "ok" | "error", message: string): void {
  const payload = { extension, status, message, channel: channel.name };
  push(channel.connection, { joinRef: channel.joinRef, topic: channel.topic, event: "system", payload });
}

/** Sends one broadcast to one client. */
export function pushBroadcast(channel: Channel, broadcast: Omit<Broadcast, "topic">): void {
  const { socket, version } = channel.connection;
  if (socket.readyState !== WebSocket.OPEN) return;
  const frame = encodeBroadcast(version, { ...broadcast, topic: channel.topic });
  if (frame !== null) socket.send(frame);
}

/** A message for everybody on a topic. */
export interface Message {
  /** Topic name without `realtime:`. */
  name: string;
  private: boolean;
  event: string;
  payload: unknown;
  /** Sender, which hears itself only when it asked for that. */
  from?: Channel;
  /** Id of the row it came from. */
  id?: string;
}

/** Who is on which topic. A private and a public channel of one name are separate topics. */
export class Channels {
  readonly #topics = new Map<string, Set<Channel>>();

  add(channel: Channel): void {
    const key = topicKey(channel);
    const members = this.#topics.get(key);
    if (members) members.add(channel);
    else this.#topics.set(key, new Set([channel]));
    channel.connection.channels.set(channel.topic, channel);
  }

  remove(channel: Channel): void {
    clearTimeout(channel.expiry);
    const key = topicKey(channel);
    const members = this.#topics.get(key);
    members?.delete(channel);
    if (members?.size === 0) this.#topics.delete(key);
    if (channel.connection.channels.get(channel.topic) === channel) channel.connection.channels.delete(channel.topic);
  }

  members(topic: { name: string; private: boolean }): Iterable<Channel> {
    return this.#topics.get(topicKey(topic)) ?? [];
  }

  /** Delivers to every member that may read broadcasts. */
  broadcast(message: Message): void {
    const meta = message.id ? { id: message.id } : undefined;
    for (const channel of this.members(message)) {
      if (channel === message.from && !channel.self) continue;
      if (channel.private && !channel.access.read.broadcast) continue;
      if (message.id && channel.replayed.has(message.id)) continue;
      pushBroadcast(channel, { event: message.event, payload: message.payload, meta });
    }
  }
}

const topicKey = (topic: { name: string; private: boolean }) => `${topic.private ? "private" : "public"}:${topic.name}`;
