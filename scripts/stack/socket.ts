import type { PGlite } from "@electric-sql/pglite";
import { StackError } from "./errors.ts";
import { concat } from "./bytes.ts";
import { endsIdle, MessageReader, queryMessage } from "./wire.ts";

/** PGlite behind a TCP port. */
export interface Door {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens PGlite to psql, the Supabase CLI and every other client of the wire protocol, on the loopback interface.
 *
 * PGlite has one session, and this process uses it too. A client therefore holds PGlite's transaction lock from its
 * first message until the server is idle again; otherwise a query of the stack could slip into the client's open
 * transaction and run as its role. Clients see each other's named prepared statements; COPY FROM STDIN does not work.
 *
 * @param port - 0 for any free one
 * @throws StackError when the port is taken.
 */
export function openDoor(pglite: PGlite, port: number): Door {
  const listener = listen(port);
  const clients = new Set<Promise<void>>();
  const connections = new Set<Deno.TcpConn>();
  const accepting = (async () => {
    for await (const connection of listener) {
      connection.setNoDelay();
      connections.add(connection);
      const client = serve(new Session(pglite), connection).catch(() => {}).finally(() => {
        clients.delete(client);
        connections.delete(connection);
      });
      clients.add(client);
    }
  })();
  return {
    port: listener.addr.port,
    async close() {
      listener.close();
      for (const connection of connections) closeQuietly(connection);
      await Promise.all([accepting, ...clients]);
    },
  };
}

function listen(port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new StackError(`port ${port} is taken: choose another one for the database with --db-port <number>.`);
  }
}

/** PGlite's session as one client sees it: its own settings and role, alone in its transactions. */
class Session {
  readonly #pglite: PGlite;
  #release: (() => void) | undefined;
  #settings = "";

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async send(message: Uint8Array): Promise<Uint8Array> {
    await this.#acquire();
    const answer = await this.#run(message);
    if (endsIdle(answer)) await this.#giveBack();
    return answer;
  }

  /** For a client that is gone: what it left open is rolled back. */
  async end(): Promise<void> {
    if (!this.#release) return;
    await this.#run(queryMessage("rollback"));
    await this.#giveBack();
  }

  #run(message: Uint8Array): Promise<Uint8Array> {
    return this.#pglite.runExclusive(async () => {
      const parts: Uint8Array[] = [];
      await this.#pglite.execProtocolRawStream(message, { onRawData: (data) => parts.push(data) });
      return concat(...parts);
    });
  }

  async #acquire(): Promise<void> {
    if (this.#release) return;
    await new Promise<void>((acquired) => {
      this.#pglite._runExclusiveTransaction(() =>
        new Promise<void>((released) => {
          this.#release = released;
          acquired();
        })
      );
    });
    if (this.#settings) await this.#run(queryMessage(this.#settings));
  }

  async #giveBack(): Promise<void> {
    this.#settings = await this.#sessionSettings();
    if (this.#settings) await this.#run(queryMessage("reset session authorization; reset role; reset all"));
    this.#release?.();
    this.#release = undefined;
  }

  /** The SQL that brings the client's SETs back; empty when there are none. */
  async #sessionSettings(): Promise<string> {
    const answer = await this.#run(queryMessage(
      "select format('set %I = %L; ', name, setting) from pg_catalog.pg_settings where source = 'session' union all " +
        "select format('set role %I; ', current_setting('role')) where current_setting('role') <> 'none'",
    ));
    return dataRows(answer).join("");
  }
}

/** The single text column of each DataRow in an answer. */
function dataRows(answer: Uint8Array): string[] {
  const rows: string[] = [];
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  for (let at = 0; at < answer.length; at += 1 + view.getInt32(at + 1)) {
    if (answer[at] !== 0x44) continue;
    const length = view.getInt32(at + 7);
    rows.push(new TextDecoder().decode(answer.subarray(at + 11, at + 11 + length)));
  }
  return rows;
}

async function serve(session: Session, connection: Deno.TcpConn): Promise<void> {
  const reader = new MessageReader();
  const writer = connection.writable.getWriter();
  try {
    for await (const bytes of connection.readable) {
      for (const message of reader.push(bytes)) {
        if (message.kind === "terminate" || message.kind === "cancel") return;
        const answer = message.kind === "encryption" ? new Uint8Array([0x4e]) : await session.send(message.bytes);
        if (answer.length) await writer.write(answer);
      }
    }
  } finally {
    await session.end();
    closeQuietly(connection);
  }
}

function closeQuietly(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // closed by the client
  }
}
