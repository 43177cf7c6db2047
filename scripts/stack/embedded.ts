import type { DataDir } from "./data-dir.ts";
import type { Db } from "./db.ts";
import { keepSnapshot, openEmpty } from "./empty-cluster.ts";
import { engineVersion, openEngine } from "./engine.ts";
import { compare, type Fingerprint, fingerprintOf } from "./fingerprint.ts";
import { createLite, type Lite } from "./lite.ts";
import { prepareDatabase } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import type { Project } from "./project.ts";
import type { Snapshots } from "./snapshot.ts";

export interface EmbeddedOptions {
  readonly project: Project;
  readonly dataDir: DataDir;
  readonly snapshots: Snapshots;
  readonly progress: Progress;
  /** Start over. */
  readonly fresh?: boolean;
}

/**
 * Opens PGlite on the data folder: as it was left, where that fits the project of today; else from a snapshot of the
 * project as it is; else built from nothing. `state.json` is written last: a database without it was never finished.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<{ db: Db; lite: Lite }> {
  const { dataDir, project, progress, snapshots } = options;
  const now = await fingerprintOf(project, engineVersion);
  const then = options.fresh ? undefined : await readState(dataDir);
  if (then) {
    const comparison = compare(then, now);
    if (comparison.kind === "same") return await resume(dataDir, project);
    if (comparison.kind === "behind") return await catchUp(options, now);
    progress.note(`${comparison.what} changed: the database is built anew, the one before is kept as pgdata.previous`);
    await setAside(dataDir);
  }
  await clear(dataDir);
  return snapshots.has(now.key) ? await restore(options, now) : await build(options, now);
}

async function resume(dataDir: DataDir, project: Project): Promise<{ db: Db; lite: Lite }> {
  const db = await openEngine(dataDir.pgdata);
  return { db, lite: createLite(db, project.config) };
}

async function catchUp({ dataDir, project, progress }: EmbeddedOptions, now: Fingerprint) {
  const db = await openEngine(dataDir.pgdata);
  return await closeOnError(db, async () => {
    const { lite } = await prepareDatabase(db, project, progress);
    await writeState(dataDir, now);
    return { db, lite };
  });
}

async function restore(options: EmbeddedOptions, now: Fingerprint) {
  const { dataDir, project, progress, snapshots } = options;
  try {
    await progress.step("database from its snapshot", () => snapshots.restore(now.key, dataDir.pgdata));
  } catch {
    return await build(options, now); // another stack on the same snapshots has just cleared it away
  }
  await writeState(dataDir, now);
  return await resume(dataDir, project);
}

async function build({ dataDir, project, progress, snapshots }: EmbeddedOptions, now: Fingerprint) {
  try {
    const db = await progress.step("PostgreSQL (PGlite), a new database", () => openEmpty(dataDir.pgdata, snapshots));
    return await closeOnError(db, async () => {
      const { lite } = await prepareDatabase(db, project, progress);
      await progress.step("snapshot for later starts", () => keepSnapshot(db, dataDir.pgdata, snapshots, now.key));
      await writeState(dataDir, now);
      return { db, lite };
    });
  } catch (error) {
    await clear(dataDir);
    throw error;
  }
}

async function closeOnError<T>(db: Db, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function readState(dataDir: DataDir): Promise<Fingerprint | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(dataDir.stateFile)) as Fingerprint;
  } catch {
    return undefined;
  }
}

async function writeState(dataDir: DataDir, state: Fingerprint): Promise<void> {
  const draft = `${dataDir.stateFile}.draft`;
  await Deno.writeTextFile(draft, JSON.stringify(state, null, 2));
  await Deno.rename(draft, dataDir.stateFile);
}

async function setAside(dataDir: DataDir): Promise<void> {
  const previous = `${dataDir.pgdata}.previous`;
  await Deno.remove(previous, { recursive: true }).catch(() => {});
  await Deno.remove(dataDir.stateFile);
  await Deno.rename(dataDir.pgdata, previous);
}

async function clear(dataDir: DataDir): Promise<void> {
  for (const path of [dataDir.stateFile, dataDir.pgdata]) {
    await Deno.remove(path, { recursive: true }).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}
