import type { Db } from "../../scripts/stack/db.ts";
import { silent } from "../../scripts/stack/progress.ts";
import { snapshots } from "../../scripts/testing/scratch.ts";
import { withUnseeded } from "../../scripts/testing/sql-tests.ts";

const server = Deno.env.get("DATABASE_URL");

/** Which of the two engines the tests run on. */
export const engine = server ? "native" : "embedded";

/** Hands over a migrated database of its own, without the seed: a new one on DATABASE_URL's server, else embedded. */
export function withDatabase<T>(use: (db: Db) => Promise<T>): Promise<T> {
  return withUnseeded({ server, snapshots, progress: silent }, use);
}
