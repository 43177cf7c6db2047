import { buildConnector, Pool } from "undici";
import { literalAddress } from "./address.ts";
import type { Target } from "./target.ts";

/**
 * Connections to checked addresses. The client is undici 6: it takes the address from us (with the name for SNI and the
 * certificate), so that nothing resolves the name a second time, and it runs on hosted functions too; 8 does not, and
 * the `lookup` of node:https is not heeded there.
 */
const pools = new Map<string, Pool>();
const mostPools = 64;

export interface ConnectOptions {
  readonly connectTimeoutMs: number;
  /** Certificates to trust beside the system's, in PEM. */
  readonly ca?: string;
}

/** The connections to a target: those of the same name and addresses are used again. */
export function connectionsTo({ url, addresses }: Target, options: ConnectOptions): Pool {
  const key = JSON.stringify([url.origin, [...addresses].sort(), options]);
  const known = pools.get(key);
  pools.delete(key);
  const pool = known ?? newPool(url, addresses, options);
  pools.set(key, pool);
  if (pools.size > mostPools) forget(pools.entries().next().value!);
  return pool;
}

/** Closes every connection that is not in use. */
export async function closeConnections(): Promise<void> {
  const all = [...pools.values()];
  pools.clear();
  await Promise.all(all.map((pool) => pool.close()));
}

// What is under way ends first; nobody waits for it here.
function forget([key, pool]: [string, Pool]): void {
  pools.delete(key);
  pool.close().catch(() => {});
}

function newPool(url: URL, addresses: readonly string[], { connectTimeoutMs, ca }: ConnectOptions): Pool {
  const connectOne = buildConnector({ timeout: connectTimeoutMs, allowH2: false, ...(ca ? { ca } : {}) });
  const servername = literalAddress(url.hostname) ? undefined : url.hostname;
  const connect: buildConnector.connector = (options, callback) => {
    const next = (rest: readonly string[]) =>
      connectOne({ ...options, hostname: rest[0]!, host: rest[0]!, servername }, (error, socket) => {
        if (error && rest.length > 1) return next(rest.slice(1));
        if (error) callback(error, null);
        else callback(null, socket!);
      });
    next(addresses.slice(0, 3));
  };
  return new Pool(url.origin, { connect, connections: 64, pipelining: 1, keepAliveTimeout: 4_000 });
}
