import { btree_gist } from "@electric-sql/pglite/contrib/btree_gist";
import { cube } from "@electric-sql/pglite/contrib/cube";
import { earthdistance } from "@electric-sql/pglite/contrib/earthdistance";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { pgcrypto } from "@electric-sql/pglite/contrib/pgcrypto";
import { unaccent } from "@electric-sql/pglite/contrib/unaccent";
import { pgtap } from "@electric-sql/pglite/pgtap";
import { vector } from "@electric-sql/pglite/vector";
import { type Db, openDb } from "./db.ts";

const extensions = { btree_gist, cube, earthdistance, pg_trgm, pgcrypto, pgtap, unaccent, vector };

/** What a data directory of PGlite depends on: part of the fingerprint. */
export const engineVersion = `pglite 0.4.5 with ${Object.keys(extensions).join(" ")}`;

/** Opens PGlite with every extension the project may ask for. `memory://` keeps nothing. */
export function openEngine(directory: string): Promise<Db> {
  return openDb(directory, { pglite: { extensions } });
}
