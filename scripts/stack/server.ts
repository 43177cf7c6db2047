import { type Db, openDb } from "./db.ts";
import { messageOf, StackError } from "./errors.ts";
import type { Lite } from "./lite.ts";
import { type Prepared, prepareDatabase } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import type { Project } from "./project.ts";

const oldestMajor = 15;

/**
 * Connects to a native server that can carry the project.
 *
 * @throws StackError when it is not reachable or too old.
 */
export async function connectServer(url: string, max?: number, patienceMs = 8_000): Promise<Db> {
  const db = await openDb(url, { max });
  try {
    await requireVersion(db, oldestMajor, patienceMs);
    return db;
  } catch (error) {
    await db.connection.driver.end({ timeout: 0 });
    throw error;
  }
}

/** @throws StackError when the server is older than `oldest`, or is none. */
export async function requireVersion(db: Db, oldest = oldestMajor, patienceMs = 8_000): Promise<void> {
  const question = db.query<{ number: number; version: string }>(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as version",
  );
  const [row] = await within(patienceMs, question).catch((error) => {
    throw new StackError(`DATABASE_URL: cannot connect: ${reasonOf(error)}`);
  });
  if (row!.number >= oldest * 10_000) return;
  throw new StackError(`DATABASE_URL: the server is PostgreSQL ${row!.version}; ${oldest} or later is needed.`);
}

/** The driver tries again and again on a port where something else listens. */
async function within<T>(limitMs: number, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no PostgreSQL answered within ${limitMs / 1000} s`)),
    limitMs,
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => {}); // closing the pool rejects it
  }
}

/** Node's refusals of several addresses at once have no message of their own. */
function reasonOf(error: unknown): string {
  const inner = (error as AggregateError).errors?.[0];
  return messageOf(inner ?? error) || String((error as { code?: string }).code);
}

export interface ServerOptions {
  readonly url: string;
  readonly project: Project;
  readonly progress: Progress;
  readonly seed?: boolean;
}

/** Connects to a native server and brings its database to where the project is. */
export async function openServer(options: ServerOptions): Promise<{ db: Db; lite: Lite; prepared: Prepared }> {
  const db = await connectServer(options.url);
  try {
    const prepared = await prepareDatabase(db, options.project, options.progress, { seed: options.seed ?? true });
    return { db, lite: prepared.lite, prepared };
  } catch (error) {
    await db.close();
    throw error;
  }
}
