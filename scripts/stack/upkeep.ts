import type { Db } from "./db.ts";

export interface UpkeepOptions {
  log(line: string): void;
  /** How often to look (30 s). */
  readonly everyMs?: number;
  /** How much log may have to be replayed after a kill (16 MB: a part of a second). */
  readonly walBytes?: number;
  readonly vacuumMs?: number;
}

/** What PostgreSQL's own background processes do on a server. */
export interface Upkeep {
  /** Does now what is due. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

const distance = `select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()`;

/**
 * PGlite has no checkpointer and no autovacuum: without this its log would grow for ever, with the time that a start
 * after a kill takes, and the planner would know nothing of the tables.
 */
export function startUpkeep(db: Db, options: UpkeepOptions): Upkeep {
  const { log, everyMs = 30_000, walBytes = 16 * 2 ** 20, vacuumMs = 3_600_000 } = options;
  let vacuumed = Date.now();

  async function checkpoint(limit: number): Promise<void> {
    const [row] = await db.query<{ bytes: number }>(distance);
    if (row!.bytes > limit) await db.exec("checkpoint");
  }

  async function tick(): Promise<void> {
    try {
      await checkpoint(walBytes);
      if (Date.now() - vacuumed < vacuumMs) return;
      vacuumed = Date.now();
      await db.exec("vacuum (analyze)");
    } catch (error) {
      log(`upkeep: ${(error as Error).message}`);
    }
  }

  const timer = setInterval(tick, everyMs);
  return {
    tick,
    async stop() {
      clearInterval(timer);
      await checkpoint(0);
    },
  };
}
