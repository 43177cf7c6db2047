/**
 * `deno task cases:slots FILE [--database-url URL]`: runs a file of slot cases against a database, by default
 * DATABASE_URL, otherwise a new embedded one. Nothing that it writes is kept. Exit code 1 when a case fails.
 */
import { parseArgs } from "node:util";
import { readCases } from "./slot-cases/format.ts";
import { type Outcome, runCases } from "./slot-cases/run.ts";
import { type Db, openDb } from "./stack/db.ts";
import { silent } from "./stack/progress.ts";
import { snapshots } from "./testing/scratch.ts";
import { withUnseeded } from "./testing/sql-tests.ts";

const usage = "usage: deno task cases:slots FILE [--database-url URL]";

function readArguments() {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { "database-url": { type: "string" } },
  });
  if (positionals.length !== 1) throw new Error(usage);
  return { file: positionals[0]!, url: values["database-url"] ?? Deno.env.get("DATABASE_URL") };
}

async function hasCalendar(db: Db): Promise<boolean> {
  const [row] = await db.query<{ ready: boolean }>("select to_regclass('calendar.claims') is not null as ready");
  return row!.ready;
}

async function withDatabase<T>(url: string | undefined, use: (db: Db) => Promise<T>): Promise<T> {
  if (url) {
    const db = await openDb(url, { max: 1 });
    try {
      if (await hasCalendar(db)) return await use(db);
    } finally {
      await db.close();
    }
    console.error(
      "the database has no calendar yet: the cases run in a new one beside it, which is dropped afterwards",
    );
  }
  return await withUnseeded({ server: url, snapshots, progress: silent }, use);
}

function report(outcomes: readonly Outcome[]): number {
  const count = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result).length;
  for (const { id, name, result, notes } of outcomes) {
    if (result === "failed") console.log([`FAIL  ${id} ${name}`, ...notes.map((note) => `      ${note}`)].join("\n"));
  }
  console.log(`${count("passed")} passed, ${count("failed")} failed`);
  return count("failed");
}

try {
  const { file, url } = readArguments();
  const cases = await readCases(file);
  Deno.exit(report(await withDatabase(url, (db) => runCases(db, cases))) ? 1 : 0);
} catch (error) {
  console.error(`cases:slots: ${(error as Error).message}`);
  Deno.exit(1);
}
