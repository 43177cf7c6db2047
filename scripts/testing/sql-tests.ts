import { join } from "node:path";
import { lockDataDir } from "../stack/data-dir.ts";
import type { Db } from "../stack/db.ts";
import { openEmbedded } from "../stack/embedded.ts";
import { findSql, preparePgTap, runPgTap } from "../stack/pgtap.ts";
import type { Progress } from "../stack/progress.ts";
import { readProject, repositoryRoot } from "../stack/project.ts";
import { openServer } from "../stack/server.ts";
import { snapshotsIn } from "../stack/snapshot.ts";
import { add, type Count } from "./count.ts";
import { withTestDatabase } from "./database.ts";

const tests = join(repositoryRoot, "supabase", "tests");

/** The pgTAP files of the repository, in order. */
export const findSqlTests = (): Promise<string[]> => findSql(tests, ".test.sql");

export interface SqlTestOptions {
  /** A server to make a database on; none: PGlite. */
  readonly server: string | undefined;
  readonly snapshots: string;
  readonly progress: Progress;
}

/** Runs pgTAP files on a database that holds the migrations and nothing else, and prints a line for each. */
export async function runSqlTests(files: readonly string[], options: SqlTestOptions): Promise<Count> {
  if (files.length === 0) return add();
  return await withUnseeded(options, async (db) => {
    await preparePgTap(db, join(tests, "helpers"));
    const counts: Count[] = [];
    for (const path of files) {
      const { file, failures, ...count } = await runPgTap(db, path);
      counts.push(count);
      console.log(`${failures.length ? "FAIL" : "ok  "}  ${file} (${count.passed})`);
      for (const failure of failures) console.log(`      ${failure}`);
    }
    return add(...counts);
  });
}

/** Hands over a database with the migrations and nothing else: on the server, else embedded from a snapshot. */
export async function withUnseeded<T>(options: SqlTestOptions, use: (db: Db) => Promise<T>): Promise<T> {
  const project = { ...await readProject(), seed: undefined };
  const { server, progress } = options;
  if (server) {
    return await withTestDatabase(
      server,
      async (url) => closing((await openServer({ url, project, progress })).db, use),
    );
  }
  const folder = await Deno.makeTempDir({ prefix: "almanac-sql-" });
  const dataDir = lockDataDir(folder);
  try {
    const { db } = await openEmbedded({ project, dataDir, snapshots: snapshotsIn(options.snapshots), progress });
    return await closing(db, use);
  } finally {
    dataDir.release();
    await Deno.remove(folder, { recursive: true });
  }
}

async function closing<T>(db: Db, use: (db: Db) => Promise<T>): Promise<T> {
  try {
    return await use(db);
  } finally {
    await db.close();
  }
}
