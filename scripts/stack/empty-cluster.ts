import type { Db } from "./db.ts";
import { engineVersion, openEngine } from "./engine.ts";
import { hash } from "./fingerprint.ts";
import { emptyPrefix, type Snapshots } from "./snapshot.ts";

/**
 * Opens a new database in a directory that does not exist yet. Making a cluster takes longer than all migrations
 * together, so that an empty one is kept and copied from then on.
 */
export async function openEmpty(directory: string, snapshots: Snapshots): Promise<Db> {
  const name = `${emptyPrefix}${await hash(engineVersion)}`;
  if (snapshots.has(name)) {
    await snapshots.restore(name, directory);
    return await openEngine(directory);
  }
  const db = await openEngine(directory);
  try {
    await keepSnapshot(db, directory, snapshots, name);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** Keeps a copy of an open database: after a checkpoint, with nobody else on it, its files are whole. */
export async function keepSnapshot(db: Db, directory: string, snapshots: Snapshots, name: string): Promise<void> {
  await db.exec("checkpoint");
  await snapshots.keep(name, directory);
}
