import type { PGlite, Transaction } from "@electric-sql/pglite";
import { createPgliteConnection } from "@supabase/lite/pglite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import type { Sql } from "postgres";
import { speedUp } from "./lite-speedup.ts";
import { lockPglite } from "./pglite-lock.ts";
import { patchErrors } from "./sql-errors.ts";
import { pgliteParsers, pgliteSerializers, postgresTypes } from "./values.ts";

/** Anything that answers a parameterized query: the database or a transaction on it. */
export interface Queryable {
  query<T = Record<string, unknown>>(text: string, params?: unknown[]): Promise<T[]>;
}

/** One handle over both engines. */
export interface Db extends Queryable {
  readonly kind: "pglite" | "postgres";
  /** @supabase/lite's connection; `connection.driver` is the PGlite or postgres.js instance. */
  // deno-lint-ignore no-explicit-any
  readonly connection: any;
  /** Runs many statements as ONE implicit transaction. */
  exec(text: string): Promise<void>;
  /** Runs `fn` in a transaction; an error rolls it back and is thrown on. */
  tx<T>(fn: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** Calls `fn` with the payload of each NOTIFY on `channel`; resolves to a function that stops it. */
  listen(channel: string, fn: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Options handed to PGlite: extensions, an initial data directory … */
  pglite?: Record<string, unknown>;
  /** Connections of the pool to a native server. */
  max?: number;
}

const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:/.test(url);

/**
 * Opens a database: `postgresql://…` is a native server, anything else a PGlite data directory (`memory://` for none).
 *
 * @example
 * ```ts
 * const db = await openDb("memory://");
 * const [row] = await db.query<{ n: number }>("select $1::int + 1 as n", [1]);
 * ```
 */
export function openDb(url: string, options: OpenOptions = {}): Promise<Db> {
  return isPostgresUrl(url) ? openPostgres(url, options) : openPglite(url, options);
}

function openPostgres(url: string, options: OpenOptions): Promise<Db> {
  // deno-lint-ignore no-explicit-any
  const connection: any = createPostgresConnection({
    url,
    // deno-lint-ignore no-explicit-any
    postgresOptions: { max: options.max ?? 10, connect_timeout: 5, onnotice: () => {}, types: postgresTypes as any },
  });
  patchErrors(connection);
  speedUp(connection);
  const sql: Sql = connection.driver;
  const over = (client: Pick<Sql, "unsafe">): Queryable => ({
    query: async <T>(text: string, params: unknown[] = []) =>
      [...await client.unsafe(text, params as never[])] as unknown as T[],
  });
  return Promise.resolve({
    kind: "postgres",
    connection,
    ...over(sql),
    exec: async (text) => void await sql.unsafe(text).simple(),
    tx: (fn) => sql.begin((transaction) => fn(over(transaction))) as never,
    listen: async (channel, fn) => {
      const { unlisten } = await sql.listen(channel, fn);
      return unlisten;
    },
    close: () => sql.end({ timeout: 5 }),
  });
}

/** PGlite's runtime leaves its own statuses, 99 at the start and 100 at each SQL error, as the process's exit code. */
function keepExitCode(pglite: PGlite): void {
  const run = pglite.execProtocolRawSync.bind(pglite);
  pglite.execProtocolRawSync = (message) => {
    const exitCode = Deno.exitCode;
    try {
      return run(message);
    } finally {
      Deno.exitCode = exitCode;
    }
  };
}

async function openPglite(url: string, options: OpenOptions): Promise<Db> {
  const exitCode = Deno.exitCode;
  // deno-lint-ignore no-explicit-any
  const connection: any = await createPgliteConnection({
    url,
    pgliteOptions: { parsers: pgliteParsers, serializers: pgliteSerializers, ...options.pglite },
  });
  patchErrors(connection);
  speedUp(connection);
  lockPglite(connection);
  const pglite: PGlite = connection.driver;
  await pglite.waitReady;
  Deno.exitCode = exitCode;
  keepExitCode(pglite);
  const over = (client: Pick<Transaction, "query">): Queryable => ({
    query: async <T>(text: string, params: unknown[] = []) => (await client.query<T>(text, params)).rows,
  });
  return {
    kind: "pglite",
    connection,
    ...over(pglite),
    exec: async (text) => void await pglite.exec(text),
    tx: (fn) => pglite.transaction((transaction) => fn(over(transaction))),
    listen: (channel, fn) => pglite.listen(channel, fn),
    close: async () => {
      await pglite.close();
      Deno.exitCode = exitCode;
    },
  };
}
