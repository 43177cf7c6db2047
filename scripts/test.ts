import { join } from "node:path";
import { runMain } from "./stack/errors.ts";
import { printed } from "./stack/progress.ts";
import { repositoryRoot } from "./stack/project.ts";
import { type Stack, startStack } from "./stack/start.ts";
import { add, closingLine, type Count } from "./testing/count.ts";
import { withTestDatabase } from "./testing/database.ts";
import { findTests, runDenoTests } from "./testing/deno-tests.ts";
import { findSqlTests, runSqlTests } from "./testing/sql-tests.ts";

const snapshots = join(repositoryRoot, ".stack", "snapshots");
const progress = printed();

/** Runs the test files whose path contains one of the filters; all of them when there is none. */
async function main(filters: readonly string[]): Promise<Count> {
  const wanted = (file: string) => filters.length === 0 || filters.some((filter) => file.includes(filter));
  const server = Deno.env.get("DATABASE_URL");
  const sql = (await findSqlTests()).filter(wanted);
  const files = (await findTests(repositoryRoot.replace(/\/$/, ""))).filter(wanted);
  const sqlCount = await runSqlTests(sql, { server, snapshots, progress });
  if (files.length === 0) return sqlCount;
  const run = (databaseUrl?: string) => withStack(databaseUrl, (stack) => runDenoTests(files, environmentOf(stack)));
  return add(sqlCount, await (server ? withTestDatabase(server, run) : run()));
}

/** Hands over a running stack with data of its own. */
async function withStack<T>(databaseUrl: string | undefined, use: (stack: Stack) => Promise<T>): Promise<T> {
  const dataDir = await Deno.makeTempDir({ prefix: "almanac-test-" });
  try {
    const stack = await startStack({ port: 0, dataDir, snapshots, databaseUrl, progress, log: () => {} });
    try {
      return await use(stack);
    } finally {
      await stack.stop();
    }
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** What end-to-end tests find the running stack by. */
function environmentOf({ url, keys, db, databaseUrl }: Stack): Record<string, string> {
  return {
    ALMANAC_URL: url,
    ALMANAC_PUBLISHABLE_KEY: keys.publishable,
    ALMANAC_SECRET_KEY: keys.secret,
    ALMANAC_JOBS_KEY: keys.jobs,
    ALMANAC_ENGINE: db.kind,
    ...databaseUrl && { DATABASE_URL: databaseUrl },
  };
}

await runMain(async () => {
  const count = await main(Deno.args);
  console.log(closingLine(count));
  Deno.exit(count.failed ? 1 : 0);
});
