import type { Db } from "../db.ts";

/** A message that SQL sent and that has committed. */
export interface FeedMessage {
  id: string;
  topic: string;
  event: string;
  payload: unknown;
  private: boolean;
}

/** Reads what commits in `realtime.messages`, exactly once and in the order it was sent, while somebody listens. */
export interface Feed {
  /** Starts reading; resolves once everything that commits from now on will be delivered. */
  start(): Promise<void>;
  /** Stops reading: nobody listens, so nothing is kept for anybody, as on hosted. */
  pause(): void;
  /** Resolves when all that had committed before the call has been delivered. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

interface Row extends FeedMessage {
  snapshot: string;
  bytes: string | null;
}

const NOT_OWNER = "42501"; // a real Supabase database: its own Realtime delivers
const INERT: Feed = {
  start: () => Promise.resolve(),
  pause: () => {},
  idle: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

const POLL_MS = 50;
const RETRY_MS = 1_000;

/**
 * $1: the end of the last snapshot, $2: the transactions that were under way in it. The scan and `pg_current_snapshot()`
 * see with the same snapshot, so that it can be the last one of the next read.
 */
export const READ = `
  select now_.snapshot, m.id, m.topic, m.event, m.payload, m.private, m.bytes
    from (select pg_current_snapshot()::text as snapshot) now_
    left join lateral (
      select id::text, topic, event, payload, private, encode(binary_payload, 'base64') as bytes, position
        from realtime.messages
       where (transaction_id >= $1::text::xid8 or transaction_id = any ($2::text::xid8[]))
         and extension = 'broadcast' and event is not null
    ) m on true
   order by m.position`;

/** The parameters of `READ` for what a snapshot could not see. */
export function unseenBy(snapshot: string): [string, string] {
  const [, end, underWay] = snapshot.split(":") as [string, string, string];
  return [end, `{${underWay}}`];
}

const sql = (file: string) => Deno.readTextFile(new URL(file, import.meta.url));

/** Adds to `realtime.messages` what the feed reads by. Idempotent; needs the rights of the table's owner. */
export async function installFeed(db: Db): Promise<void> {
  await db.exec(await sql("./feed.sql"));
  if (db.kind === "pglite") await db.exec(await sql("./feed-wake.sql"));
}

function decode(row: Row): FeedMessage {
  const { id, topic, event, bytes } = row;
  const payload = bytes === null
    ? row.payload
    : Uint8Array.from(atob(bytes.replaceAll("\n", "")), (character) => character.charCodeAt(0));
  return { id, topic, event, payload, private: row.private };
}

/**
 * A feed over `db`. A native server is polled, for NOTIFY takes one lock for the whole server at commit; PGlite wakes
 * the feed itself.
 */
export async function createFeed(
  db: Db,
  deliver: (message: FeedMessage) => void,
  log: (line: string) => void,
): Promise<Feed> {
  try {
    await installFeed(db);
  } catch (error) {
    if ((error as { code?: string }).code !== NOT_OWNER) throw error;
    log(`realtime: what SQL sends is not delivered here: ${(error as Error).message}`);
    return INERT;
  }
  const reader = new Reader(db, deliver, log);
  await reader.listen();
  return reader;
}

class Reader implements Feed {
  readonly #db: Db;
  readonly #deliver: (message: FeedMessage) => void;
  readonly #log: (line: string) => void;
  /** What has been delivered is what this could see; null while nobody listens. */
  #snapshot: string | null = null;
  #starting: Promise<void> | null = null;
  #reading: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unlisten: (() => Promise<void>) | undefined;
  /** Which `start` a loop belongs to: a pause ends it even in the middle of a read. */
  #turn = 0;

  constructor(db: Db, deliver: (message: FeedMessage) => void, log: (line: string) => void) {
    this.#db = db;
    this.#deliver = deliver;
    this.#log = log;
  }

  async listen(): Promise<void> {
    if (this.#db.kind === "pglite") this.#unlisten = await this.#db.listen("realtime_feed", () => void this.#try());
  }

  start(): Promise<void> {
    return this.#starting ??= this.#begin(this.#turn).catch((error) => {
      this.#starting = null;
      throw error;
    });
  }

  pause(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#snapshot = this.#starting = null;
  }

  /** Reads after whatever read is under way, so that messages keep their order; one waiting read serves all who ask. */
  idle(): Promise<void> {
    const read = () => {
      this.#waiting = null;
      return this.#read();
    };
    return this.#waiting ??= this.#reading = this.#reading.then(read, read);
  }

  async stop(): Promise<void> {
    this.pause();
    await this.#reading.catch(() => {});
    await this.#unlisten?.();
  }

  async #begin(turn: number): Promise<void> {
    const [row] = await this.#db.query<{ snapshot: string }>("select pg_current_snapshot()::text as snapshot");
    if (turn !== this.#turn) return;
    this.#snapshot = row!.snapshot;
    if (this.#db.kind === "postgres") this.#pollIn(POLL_MS, turn);
  }

  #pollIn(wait: number, turn: number): void {
    this.#timer = setTimeout(async () => {
      const succeeded = await this.#try();
      if (turn === this.#turn) this.#pollIn(succeeded ? POLL_MS : RETRY_MS, turn);
    }, wait);
  }

  /** Reads; a failure is told and leaves the snapshot for the next try. */
  async #try(): Promise<boolean> {
    try {
      await this.idle();
      return true;
    } catch (error) {
      this.#log(`realtime: cannot read messages: ${(error as Error).message}`);
      return false;
    }
  }

  async #read(): Promise<void> {
    const since = this.#snapshot;
    if (since === null) return;
    const rows = await this.#db.query<Row>(READ, unseenBy(since));
    if (this.#snapshot !== since) return; // paused meanwhile
    this.#snapshot = rows[0]!.snapshot;
    for (const row of rows) if (row.id !== null) this.#deliver(decode(row));
  }
}
