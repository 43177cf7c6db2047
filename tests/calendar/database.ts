import { withFreshDatabase, withFreshEngine } from "../../scripts/db/fresh.ts";
import { type Db, openDb } from "../../scripts/stack/db.ts";

/** Which of the two engines the tests run on. */
export const engine = Deno.env.get("DATABASE_URL") ? "native" : "embedded";

/** Hands over a migrated database of its own, without the seed: a new one on DATABASE_URL's server, else embedded. */
export function withDatabase(use: (db: Db) => Promise<void>): Promise<void> {
  if (engine === "embedded") return withFreshEngine(use);
  return withFreshDatabase(async (url) => {
    const db = await openDb(url, { max: 2 });
    try {
      await use(db);
    } finally {
      await db.close();
    }
  });
}
