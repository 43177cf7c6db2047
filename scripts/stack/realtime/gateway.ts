import type { Claims } from "../auth/mod.ts";
import type { Db } from "../db.ts";
import type { Keys } from "../keys.ts";
import { createAuthorizer } from "./authorization.ts";
import { answer, broadcast, isBroadcastPath } from "./broadcast-api.ts";
import { Channels, push, pushSystem } from "./channels.ts";
import { createFeed } from "./feed.ts";
import { decodeFrame, type Version } from "./frames.ts";
import { isKey } from "./join.ts";
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
  const { keys, log } = options;
  const connections = new Set<Connection>();
  const channels = new Channels();
  const authorizer = createAuthorizer(db);
  const feed = await createFeed(db, (message) => channels.broadcast({ ...message, name: message.topic }), log);
  const context = { db, channels, authorizer, verify: options.verify, leave, close, log };

  function leave(channel: Channel): void {
    channels.remove(channel);
    untrack(channels, channel);
  }

  function close(channel: Channel, reason: string): void {
    const { connection, joinRef, topic } = channel;
    pushSystem(channel, "system", "error", reason);
    leave(channel);
    push(connection, { joinRef, ref: joinRef, topic, event: "phx_close", payload: {} });
  }

  function keyClaims(key: string): Claims | null {
    if (key === keys.publishable) return { role: "anon", exp: NEVER };
    return key === keys.secret || key === keys.jobs ? { role: "service_role", exp: NEVER } : null;
  }

  function forget(connection: Connection): void {
    if (!connections.delete(connection)) return;
    for (const channel of [...connection.channels.values()]) leave(channel);
    if (connections.size === 0) feed.pause();
  }

  function upgrade(request: Request, url: URL, claims: Claims): Response {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return answer(426, { error: "expected websocket" });
    }
    // Read before the upgrade: afterwards the headers throw, and that would stop the whole server.
    const headers = Object.fromEntries([...request.headers].filter(([name]) => name.startsWith("x-")));
    const version: Version = url.searchParams.get("vsn") === "2.0.0" ? "2.0.0" : "1.0.0";
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: SOCKET_IDLE_SECONDS });
    socket.binaryType = "arraybuffer";
    const connection: Connection = { socket, version, claims, headers, channels: new Map(), ready: feed.start };
    connections.add(connection);
    let turn: Promise<void> = Promise.resolve();
    socket.onmessage = ({ data }) => {
      turn = turn.then(() => onMessage(context, connection, decodeFrame(data))).catch((error) => {
        log(`realtime: ${(error as Error).message}`);
      });
    };
    socket.onclose = socket.onerror = () => forget(connection);
    return response;
  }

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/realtime\/v1/, "");
    if (request.method === "OPTIONS") return answer(200, {});
    const key = request.headers.get("apikey") ?? request.headers.get("x-api-key") ?? url.searchParams.get("apikey");
    let claims = key === null ? null : keyClaims(key);
    if (claims === null) {
      return answer(401, { message: key === null ? "No API key found in request" : "Invalid API key" });
    }
    if (path === "/websocket") return upgrade(request, url, claims);
    if (request.method !== "POST" || !isBroadcastPath(path)) return answer(404, { error: "not found" });
    const bearer = request.headers.get("authorization")?.replace(/^Bearer\s+/i, "");
    if (bearer && !isKey(bearer)) {
      claims = await options.verify(bearer).catch(() => null);
      if (claims === null) return answer(401, { error: "Unauthorized" });
    }
    return await broadcast(request, path, claims, channels, authorizer);
  }

  const partitions = setInterval(() => {
    db.query("select realtime._maintain_partitions()").catch((error) => log(`realtime: partitions: ${error.message}`));
  }, PARTITION_CHECK_MS);
  Deno.unrefTimer(partitions);

  return {
    handle,
    idle: feed.idle,
    stop: async () => {
      clearInterval(partitions);
      for (const connection of [...connections]) {
        forget(connection);
        connection.socket.close(1001, "going away");
      }
      await feed.stop();
    },
  };
}
