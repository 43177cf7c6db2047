import { push, reply } from "./channels.ts";
import { type Frame } from "./frames.ts";
import { armExpiry, claimsOf, type Context, isKey, join } from "./join.ts";
import { track, untrack } from "./presence.ts";
import { type Channel, type Connection, type Extension, Refusal } from "./types.ts";

/** Largest payload of a broadcast, that of hosted's free plan. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

interface BroadcastPayload {
  event?: unknown;
  payload?: unknown;
}

interface PresencePayload {
  event?: unknown;
  payload?: Record<string, unknown>;
}

const encoder = new TextEncoder();

/** True when a broadcast's payload may travel. */
export function fits(payload: unknown): boolean {
  const size = payload instanceof Uint8Array ? payload.length : encoder.encode(JSON.stringify(payload ?? null)).length;
  return size <= MAX_PAYLOAD_BYTES;
}

/** Asks the insert policy once for each channel and token. */
async function mayWrite(context: Context, channel: Channel, extension: Extension): Promise<boolean> {
  if (!channel.private) return true;
  const caller = { claims: channel.claims, headers: channel.connection.headers };
  return channel.access.write[extension] ??= await context.authorizer.write(caller, channel.name, extension);
}

async function onBroadcast(context: Context, channel: Channel, frame: Frame): Promise<void> {
  const { event, payload } = (frame.payload ?? {}) as BroadcastPayload;
  if (typeof event !== "string" || !(await mayWrite(context, channel, "broadcast"))) return; // hosted drops it silently
  if (!fits(payload)) {
    if (channel.ack) reply(channel.connection, frame, "error");
    return;
  }
  context.channels.broadcast({
    name: channel.name,
    private: channel.private,
    event,
    payload: payload ?? {},
    from: channel,
  });
  if (channel.ack) reply(channel.connection, frame, "ok");
}

async function onPresence(context: Context, channel: Channel, frame: Frame): Promise<void> {
  const { event, payload } = (frame.payload ?? {}) as PresencePayload;
  const action = String(event).toLowerCase();
  if (action === "track") {
    if (!fits(payload) || !(await mayWrite(context, channel, "presence"))) {
      return reply(channel.connection, frame, "error");
    }
    track(context.channels, channel, { ...payload });
  } else if (action === "untrack") {
    untrack(context.channels, channel);
  }
  reply(channel.connection, frame, "ok");
}

/** A new token: the channel goes on with what it allows, or ends. */
async function onAccessToken(context: Context, channel: Channel, frame: Frame): Promise<void> {
  const token = (frame.payload as { access_token?: unknown } | undefined)?.access_token;
  if (typeof token !== "string" || isKey(token)) return;
  try {
    channel.claims = await claimsOf(context, channel.claims, token);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return context.close(channel, error.message.replace(/^\w+: /, ""));
  }
  if (channel.private) {
    const before = channel.access.read;
    const caller = { claims: channel.claims, headers: channel.connection.headers };
    channel.access = { read: await context.authorizer.read(caller, channel.name), write: {} };
    const { broadcast, presence } = channel.access.read;
    if ((before.broadcast && !broadcast) || (before.presence && !presence)) {
      const reason = `You no longer have permission to read from this Channel topic: ${channel.name}`;
      return context.close(channel, reason);
    }
  }
  armExpiry(context, channel);
}

/** Handles one message of a socket. Messages of one socket are to be handled one after the other. */
export async function onMessage(context: Context, connection: Connection, frame: Frame): Promise<void> {
  if (frame.topic === "phoenix") {
    if (frame.event === "heartbeat") reply(connection, frame, "ok");
    return;
  }
  if (frame.event === "phx_join") return await join(context, connection, frame);
  const channel = connection.channels.get(frame.topic);
  if (!channel) return reply(connection, frame, "error", { reason: "unmatched topic" });
  switch (frame.event) {
    case "phx_leave":
      context.leave(channel);
      reply(connection, frame, "ok");
      return push(connection, { ...frame, event: "phx_close", payload: {} });
    case "access_token":
      return await onAccessToken(context, channel, frame);
    case "broadcast":
      return await onBroadcast(context, channel, frame);
    case "presence":
      return await onPresence(context, channel, frame);
  }
}
