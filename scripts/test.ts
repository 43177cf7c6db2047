import { runMain, StackError } from "./stack/errors.ts";
import { KEYS } from "./stack/keys.ts";
import { printed } from "./stack/progress.ts";
import { repositoryRoot } from "./stack/project.ts";
import { add, closingLine, type Count } from "./testing/count.ts";
import { withTestDatabase } from "./testing/database.ts";
import { findTests, runDenoTests } from "./testing/deno-tests.ts";
import { findSqlTests, runSqlTests } from "./testing/sql-tests.ts";
import { snapshots } from "./testing/scratch.ts";
import { type TestStack, withStack } from "./testing/stack.ts";

/** Runs the test files whose path contains one of the filters; all of them when there is none. */
async function main(filters: readonly string[]): Promise<Count> {
  const wanted = (file: string) => filters.length === 0 || filters.some((filter) => file.includes(filter));
  const server = Deno.env.get("DATABASE_URL");
  const sql = (await findSqlTests()).filter(wanted);
  const files = (await findTests(repositoryRoot.replace(/\/$/, ""))).filter(wanted);
  if (sql.length + files.length === 0) throw new StackError(`no test file has ${filters.join(" or ")} in its path.`);
  const sqlCount = await runSqlTests(sql, { server, snapshots, progress: printed() });
  if (files.length === 0) return sqlCount;
  const run = (databaseUrl?: string) => withStack(databaseUrl, (stack) => runOn(stack, files, databaseUrl));
  return add(sqlCount, await (server ? withTestDatabase(server, run) : run()));
}

async function runOn(stack: TestStack, files: readonly string[], databaseUrl: string | undefined): Promise<Count> {
  const count = await runDenoTests(files, {
    ALMANAC_URL: stack.url,
    ALMANAC_PUBLISHABLE_KEY: KEYS.publishable,
    ALMANAC_SECRET_KEY: KEYS.secret,
    ALMANAC_JOBS_KEY: KEYS.jobs,
    ALMANAC_ENGINE: databaseUrl ? "postgres" : "pglite",
    ...databaseUrl && { DATABASE_URL: databaseUrl },
  });
  if (count.failed) console.log(`What the stack logged meanwhile: ${stack.logFile}`);
  return count;
}

await runMain(async () => {
  const count = await main(Deno.args);
  console.log(closingLine(count));
  Deno.exit(count.failed ? 1 : 0);
});
