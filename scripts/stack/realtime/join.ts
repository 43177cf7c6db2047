import { type Claims, isExpired } from "../auth/mod.ts";
import type { Db } from "../db.ts";
import type { Authorizer } from "./authorization.ts";
import { type Channels, push, pushBroadcast, pushSystem, reply } from "./channels.ts";
import type { Frame } from "./frames.ts";
import { pushRoster } from "./presence.ts";
import { type Channel, type Connection, Refusal } from "./types.ts";

/** What the handlers of a socket's messages share. */
export interface Context {
  readonly db: Db;
  readonly channels: Channels;
  readonly authorizer: Authorizer;
  verify(token: string): Promise<Claims>;
  /** Takes a client off a channel. */
  leave(channel: Channel): void;
  /** Tells a client why its channel ends, and ends it. */
  close(channel: Channel, reason: string): void;
  log(line: string): void;
}

interface ReplayConfig {
  since?: number;
  limit?: number;
}

interface JoinConfig {
  private?: boolean;
  broadcast?: { self?: boolean; ack?: boolean; replay?: ReplayConfig; replication_ready?: boolean };
  presence?: { key?: string; enabled?: boolean };
  postgres_changes?: Record<string, unknown>[];
}

interface JoinPayload {
  config?: JoinConfig;
  access_token?: string;
  user_token?: string;
}

interface Replayed {
  id: string;
  event: string;
  payload: unknown;
}

const MAX_CHANNELS = 100;
const MAX_REPLAY = 25;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const NO_CHANGES = "postgres_changes is not available in the embedded stack; use Broadcast";

/** API keys travel where user tokens do; they say nothing about a user. */
export const isKey = (token: string): boolean => token.startsWith("sb_");

/** Claims a channel acts with: those of its user token, else those of the API key. */
export async function claimsOf(context: Context, fallback: Claims, token: unknown): Promise<Claims> {
  if (typeof token !== "string" || token === "" || isKey(token)) return fallback;
  let claims: Claims;
  try {
    claims = await context.verify(token);
  } catch (error) {
    throw new Refusal(
      isExpired(error) ? "InvalidJWTToken: Token has expired" : "JwtSignatureError: Failed to validate JWT signature",
    );
  }
  if (!claims.role || !claims.exp) {
    throw new Refusal("InvalidJWTToken: Fields `role` and `exp` are required in JWT");
  }
  return claims;
}

/** Ends the channel when its token does. */
export function armExpiry(context: Context, channel: Channel): void {
  clearTimeout(channel.expiry);
  const remaining = (channel.claims.exp ?? Infinity) * 1000 - Date.now();
  if (remaining > LONGEST_TIMER_MS) return;
  channel.expiry = setTimeout(() => context.close(channel, "Token has expired"), Math.max(0, remaining));
}

async function authorize(context: Context, connection: Connection, claims: Claims, name: string) {
  const read = await context.authorizer.read({ claims, headers: connection.headers }, name).catch((error) => {
    context.log(`realtime: policies of ${name}: ${(error as Error).message}`);
    return { broadcast: false, presence: false };
  });
  if (read.broadcast || read.presence) return read;
  throw new Refusal(`Unauthorized: You do not have permissions to read from this Channel topic: ${name}`);
}

async function findReplay(db: Db, name: string, config: ReplayConfig): Promise<Replayed[]> {
  if (typeof config.since !== "number") {
    throw new Refusal("UnableToReplayMessages: Replay params are not valid");
  }
  const limit = Math.min(MAX_REPLAY, Math.max(1, Number(config.limit) || MAX_REPLAY));
  const newestFirst = await db.query<Replayed>(
    `select id::text, event, payload from realtime.messages
      where topic = $1::text and private and extension = 'broadcast' and event is not null
        and inserted_at >= to_timestamp($2::text::float8 / 1000) at time zone 'utc'
      order by inserted_at desc, position desc limit $3::text::int`,
    [name, String(config.since), String(limit)],
  );
  return newestFirst.reverse();
}

async function open(context: Context, connection: Connection, frame: Frame): Promise<[Channel, Replayed[]]> {
  const name = frame.topic.replace(/^realtime:/, "");
  if (name === frame.topic || name === "") throw new Refusal("TopicNameRequired: You must provide a topic name");
  const payload = (frame.payload ?? {}) as JoinPayload;
  const config = payload.config ?? {};
  if (connection.channels.size >= MAX_CHANNELS && !connection.channels.has(frame.topic)) {
    throw new Refusal("ChannelRateLimitReached: Too many channels");
  }
  const claims = await claimsOf(context, connection.claims, payload.access_token ?? payload.user_token);
  const isPrivate = config.private === true;
  const read = isPrivate ? await authorize(context, connection, claims, name) : { broadcast: true, presence: true };
  const replayConfig = config.broadcast?.replay;
  if (replayConfig && !isPrivate) {
    throw new Refusal("UnableToReplayMessages: Replay is not allowed for public channels");
  }
  await connection.ready(); // before the replay is read: what commits after it comes by the feed
  const replay = replayConfig ? await findReplay(context.db, name, replayConfig) : [];
  const channel: Channel = {
    connection,
    topic: frame.topic,
    name,
    joinRef: frame.joinRef,
    private: isPrivate,
    self: config.broadcast?.self === true,
    ack: config.broadcast?.ack === true,
    presence: config.presence?.enabled === true,
    presenceKey: config.presence?.key || crypto.randomUUID(),
    replayed: new Set(replay.map((message) => message.id)),
    claims,
    access: { read, write: {} },
  };
  return [channel, replay];
}

/** `phx_join`: checks the token and the policies, then answers and brings the client up to date. */
export async function join(context: Context, connection: Connection, frame: Frame): Promise<void> {
  const previous = connection.channels.get(frame.topic);
  if (previous) {
    context.leave(previous);
    push(connection, {
      joinRef: previous.joinRef,
      ref: previous.joinRef,
      topic: frame.topic,
      event: "phx_close",
      payload: {},
    });
  }
  let channel: Channel, replay: Replayed[];
  try {
    [channel, replay] = await open(context, connection, frame);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return reply(connection, frame, "error", { reason: error.message });
  }
  if (connection.socket.readyState !== WebSocket.OPEN) return;
  context.channels.add(channel);
  armExpiry(context, channel);
  const config = (frame.payload as JoinPayload | undefined)?.config ?? {};
  const wanted = Array.isArray(config.postgres_changes) ? config.postgres_changes : [];
  const changes = wanted.filter(Boolean).map((change, index) => ({
    ...change,
    id: index + 1,
  }));
  reply(connection, frame, "ok", { postgres_changes: changes });
  if (channel.presence && channel.access.read.presence) pushRoster(context.channels, channel);
  if (changes.length > 0) pushSystem(channel, "postgres_changes", "error", NO_CHANGES);
  if (config.broadcast?.replication_ready) {
    pushSystem(channel, "system", "ok", "Replication connection established");
  }
  for (const { id, event, payload } of replay) pushBroadcast(channel, { event, payload, meta: { id, replayed: true } });
}
