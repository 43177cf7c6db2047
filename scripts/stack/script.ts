import type { Db } from "./db.ts";
import { messageOf, StackError } from "./errors.ts";
import { lineAt, splitStatements } from "./sql-statements.ts";

/** A SQL file to run. */
export interface Script {
  /** As the user would name it: `supabase/migrations/….sql`. */
  readonly file: string;
  readonly text: string;
}

export interface RunOptions {
  /** The role to run it as; none: the role of the connection. */
  readonly role?: string;
  /** SQL that commits with the script or not at all. */
  readonly after?: string;
}

/**
 * Runs a script in one implicit transaction, as the Supabase CLI does.
 *
 * @throws StackError naming the file, the line and what Postgres said; nothing of the script remains.
 */
export async function runScript(db: Db, script: Script, options: RunOptions = {}): Promise<void> {
  const prelude = preludeFor(options.role);
  try {
    await db.exec(`${prelude}${script.text}\n;\n${resetFor(options.role)}${options.after ?? ""}`);
  } catch (error) {
    const line = lineOfPosition(error, script, prelude.length) ?? await lineByReplay(db, script, prelude);
    throw new StackError(`${script.file}${line ? `:${line}` : ""}: ${describe(error)}`, { cause: error });
  }
}

/** On hosted the role that migrates finds the extensions without naming their schema. */
const preludeFor = (role?: string): string =>
  role ? `set local role ${role}; set local search_path = "$user", public, extensions; ` : "";
const resetFor = (role?: string): string => role ? "reset role;\n" : "";

function describe(error: unknown): string {
  const { detail, hint } = error as { detail?: string; hint?: string };
  return [messageOf(error), detail, hint && `(${hint})`].filter(Boolean).join(" ").replace(/\s+/g, " ");
}

function lineOfPosition(error: unknown, script: Script, offset: number): number | undefined {
  const position = Number((error as { position?: string }).position);
  if (!Number.isInteger(position)) return undefined;
  const codePoints = Array.from(script.text).slice(0, position - 1 - offset);
  return position > offset ? lineAt(codePoints.join(""), Infinity) : undefined;
}

/** Postgres gives no position for what fails at run time: the statements one by one show which it was. */
async function lineByReplay(db: Db, script: Script, prelude: string): Promise<number | undefined> {
  let line: number | undefined;
  const stop = new Error("replayed");
  await db.tx(async (transaction) => {
    for (const { text } of splitStatements(prelude)) await transaction.query(text);
    for (const { start, text } of splitStatements(script.text)) {
      line = lineAt(script.text, start);
      await transaction.query(text);
    }
    line = undefined;
    throw stop;
  }).catch(() => {});
  return line;
}
