import type { PGlite } from "@electric-sql/pglite";
import { join, relative } from "node:path";
import type { Sql } from "postgres";
import type { Db } from "./db.ts";
import { messageOf } from "./errors.ts";
import { provideExtensions } from "./extensions.ts";
import { hostedRole } from "./platform.ts";
import { readTap, type TapReport } from "./tap.ts";

/** Finds `*.sql` below a folder, in order; nothing where there is no folder. */
export async function findSql(folder: string, suffix: string): Promise<string[]> {
  const files: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) files.push(...await findSql(path, suffix));
    else if (entry.name.endsWith(suffix)) files.push(path);
  }
  return files.sort();
}

/** Makes a database ready for test files: pgTAP in the schema `extensions`, then the helpers, in the order of names. */
export async function preparePgTap(db: Db, helpers: string): Promise<void> {
  await provideExtensions(db, ["pgtap"]);
  await db.exec(
    `grant execute on all functions in schema extensions to ${hostedRole}, anon, authenticated, service_role`,
  );
  for (const file of await findSql(helpers, ".sql")) await db.exec(await Deno.readTextFile(file));
}

/**
 * Runs one test file as `supabase test db` would: as the role that migrates, with the extensions on its search path.
 * The file is one transaction, and nothing of it stays.
 */
export async function runPgTap(db: Db, file: string): Promise<TapReport & { readonly file: string }> {
  const text = await Deno.readTextFile(file);
  const script = `set local role ${hostedRole};\nset local search_path = "$user", public, extensions;\n${text}`;
  const name = relative(Deno.cwd(), file);
  try {
    const run = db.kind === "pglite"
      ? runOnPglite(db.connection.driver, script)
      : runOnServer(db.connection.driver, script);
    return { file: name, ...readTap(textsOf(await run)) };
  } catch (error) {
    const { where } = error as { where?: string };
    return {
      file: name,
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [[messageOf(error), where].filter(Boolean).join("\n    ")],
    };
  }
}

type Rows = readonly (readonly Record<string, unknown>[])[];

/** PGlite's own transaction keeps the stack's other queries out; the file's `begin` is then a warning. */
async function runOnPglite(pglite: PGlite, script: string): Promise<Rows> {
  return await pglite.transaction(async (transaction) => {
    const results = await transaction.exec(script);
    await transaction.rollback();
    return results.map(({ rows }) => rows as Record<string, unknown>[]);
  }) as Rows;
}

async function runOnServer(sql: Sql, script: string): Promise<Rows> {
  const session = await sql.reserve();
  try {
    await session`begin`;
    const answer: unknown = await session.unsafe(script).simple();
    const results = answer as Record<string, unknown>[][];
    return results.map((result) => Array.isArray(result) ? [...result] : [result]);
  } finally {
    await session`rollback`.catch(() => {});
    session.release();
  }
}

const textsOf = (results: Rows): string[] =>
  results.flatMap((rows) => rows.flatMap((row) => Object.values(row)))
    .filter((value): value is string => typeof value === "string" && value !== "")
    .flatMap((value) => value.split("\n"));
