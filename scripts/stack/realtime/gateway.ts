import type { Claims } from "../auth/mod.ts";
import type { Db } from "../db.ts";
import type { Keys } from "../keys.ts";
import { createAuthorizer } from "./authorization.ts";
import { answer, broadcast, isBroadcastPath } from "./broadcast-api.ts";
import { Channels, push, pushSystem } from "./channels.ts";
import { createFeed, type Feed, type FeedMessage } from "./feed.ts";
import { decodeFrame, type Version } from "./frames.ts";
import { type Context, isKey } from "./join.ts";
import { onMessage } from "./messages.ts";
import { untrack } from "./presence.ts";
import type { Channel, Connection } from "./types.ts";

export interface RealtimeOptions {
  /** Claims of a user token; throws when it is not to be trusted. */
  verify(token: string): Promise<Claims>;
  keys: Pick<Keys, "publishable" | "secret" | "jobs">;
  log(line: string): void;
}

export interface Realtime {
  /** Answers everything under `/realtime/v1/`. */
  handle(request: Request): Promise<Response>;
  /** Resolves when every message that committed before the call has been delivered. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const PARTITION_CHECK_MS = 3_600_000;
const NEVER = 4_102_444_800; // 2100-01-01
const SOCKET_IDLE_SECONDS = 60;

/**
 * Supabase Realtime for one process: Broadcast from clients, HTTP and SQL, Presence, private channels under the
 * policies of `realtime.messages`. No `postgres_changes`.
 */
export async function createRealtime(db: Db, options: RealtimeOptions): Promise<Realtime> {
  const channels = new Channels();
  await maintainPartitions(db, options.log); // a stack that was down for days has none for today
  const deliver = (message: FeedMessage) => channels.broadcast({ ...message, name: message.topic });
  return new Gateway(db, channels, await createFeed(db, deliver, options.log), options);
}

/** Without a partition for its day a message is lost, with no more than a warning to its sender. */
async function maintainPartitions(db: Db, log: RealtimeOptions["log"]): Promise<void> {
  try {
    await db.query("select realtime._maintain_partitions()");
  } catch (error) {
    log(`realtime: partitions: ${(error as Error).message}`);
  }
}

class Gateway implements Realtime {
  readonly #channels: Channels;
  readonly #feed: Feed;
  readonly #options: RealtimeOptions;
  readonly #context: Context;
  readonly #connections = new Set<Connection>();
  readonly #partitions: ReturnType<typeof setInterval>;

  constructor(db: Db, channels: Channels, feed: Feed, options: RealtimeOptions) {
    this.#channels = channels;
    this.#feed = feed;
    this.#options = options;
    const { verify, log } = options;
    const leave = (channel: Channel) => this.#leave(channel);
    const close = (channel: Channel, reason: string) => this.#close(channel, reason);
    this.#context = { db, channels, authorizer: createAuthorizer(db), verify, leave, close, log };
    this.#partitions = setInterval(() => maintainPartitions(db, log), PARTITION_CHECK_MS);
    Deno.unrefTimer(this.#partitions);
  }

  async handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/realtime\/v1/, "");
    if (request.method === "OPTIONS") return answer(200, {});
    const key = request.headers.get("apikey") ?? request.headers.get("x-api-key") ?? url.searchParams.get("apikey");
    const claims = key === null ? null : this.#keyClaims(key);
    if (claims === null) {
      return answer(401, { message: key === null ? "No API key found in request" : "Invalid API key" });
    }
    if (path === "/websocket") return this.#upgrade(request, url, claims);
    if (request.method !== "POST" || !isBroadcastPath(path)) return answer(404, { error: "not found" });
    return await this.#broadcast(request, path, claims);
  }

  idle(): Promise<void> {
    return this.#feed.idle();
  }

  async stop(): Promise<void> {
    clearInterval(this.#partitions);
    for (const connection of [...this.#connections]) {
      this.#forget(connection);
      connection.socket.close(1001, "going away");
    }
    await this.#feed.stop();
  }

  #keyClaims(key: string): Claims | null {
    const { publishable, secret, jobs } = this.#options.keys;
    if (key === publishable) return { role: "anon", exp: NEVER };
    return key === secret || key === jobs ? { role: "service_role", exp: NEVER } : null;
  }

  async #broadcast(request: Request, path: string, keyClaims: Claims): Promise<Response> {
    const bearer = request.headers.get("authorization")?.replace(/^Bearer\s+/i, "");
    const claims = bearer && !isKey(bearer) ? await this.#options.verify(bearer).catch(() => null) : keyClaims;
    if (claims === null) return answer(401, { error: "Unauthorized" });
    return await broadcast(request, path, claims, this.#channels, this.#context.authorizer);
  }

  #upgrade(request: Request, url: URL, claims: Claims): Response {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return answer(426, { error: "expected websocket" });
    }
    // Read before the upgrade: afterwards the headers throw, and that would stop the whole server.
    const headers = Object.fromEntries([...request.headers].filter(([name]) => name.startsWith("x-")));
    const version: Version = url.searchParams.get("vsn") === "2.0.0" ? "2.0.0" : "1.0.0";
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: SOCKET_IDLE_SECONDS });
    socket.binaryType = "arraybuffer";
    const ready = () => this.#feed.start();
    const connection: Connection = { socket, version, claims, headers, channels: new Map(), ready };
    this.#connections.add(connection);
    let turn: Promise<void> = Promise.resolve();
    socket.onmessage = ({ data }) => {
      turn = turn.then(() => onMessage(this.#context, connection, decodeFrame(data))).catch((error) => {
        this.#options.log(`realtime: ${(error as Error).message}`);
      });
    };
    socket.onclose = socket.onerror = () => this.#forget(connection);
    return response;
  }

  #forget(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    for (const channel of [...connection.channels.values()]) this.#leave(channel);
    if (this.#connections.size === 0) this.#feed.pause();
  }

  #leave(channel: Channel): void {
    this.#channels.remove(channel);
    untrack(this.#channels, channel);
  }

  #close(channel: Channel, reason: string): void {
    const { connection, joinRef, topic } = channel;
    pushSystem(channel, "system", "error", reason);
    this.#leave(channel);
    push(connection, { joinRef, ref: joinRef, topic, event: "phx_close", payload: {} });
  }
}
