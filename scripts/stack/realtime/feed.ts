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
  let snapshot: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reading: Promise<void> = Promise.resolve();
  let starting: Promise<void> | null = null;
  let turn = 0; // which start() a loop belongs to: a pause ends it even in the middle of a read

  async function read(): Promise<void> {
    if (snapshot === null) return;
    const since = snapshot;
    const rows = await db.query<Row>(READ, unseenBy(since));
    if (snapshot !== since) return; // paused meanwhile
    snapshot = rows[0]!.snapshot;
    for (const row of rows) if (row.id !== null) deliver(decode(row));
  }

  /** Reads after whatever read is under way, so that messages keep their order. */
  function readNext(): Promise<void> {
    return reading = reading.then(read, read);
  }

  async function poll(mine: number): Promise<void> {
    let wait = POLL_MS;
    try {
      await readNext();
    } catch (error) {
      log(`realtime: cannot read messages: ${(error as Error).message}`);
      wait = RETRY_MS;
    }
    if (mine === turn) timer = setTimeout(poll, wait, mine);
  }

  async function begin(mine: number): Promise<void> {
    const [row] = await db.query<{ snapshot: string }>("select pg_current_snapshot()::text as snapshot");
    if (mine !== turn) return;
    snapshot = row!.snapshot;
    if (db.kind === "postgres") timer = setTimeout(poll, POLL_MS, mine);
  }

  function pause(): void {
    turn += 1;
    clearTimeout(timer);
    snapshot = starting = null;
  }

  const unlisten = db.kind === "pglite"
    ? await db.listen("realtime_feed", () => {
      readNext().catch((error) => log(`realtime: cannot read messages: ${(error as Error).message}`));
    })
    : null;

  return {
    start: () =>
      starting ??= begin(turn).catch((error) => {
        starting = null;
        throw error;
      }),
    pause,
    idle: readNext,
    stop: async () => {
      pause();
      await reading.catch(() => {});
      await unlisten?.();
    },
  };
}
