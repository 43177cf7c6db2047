import { runMain } from "./errors.ts";
import { parseOptions, usage } from "./options.ts";
import { printed } from "./progress.ts";
import { report } from "./report.ts";
import { seededLogins } from "./seed.ts";
import { startStack } from "./start.ts";

/** `deno task start`: runs until it is interrupted. */
async function main(): Promise<void> {
  const options = parseOptions(Deno.args);
  if (options.help) return console.log(usage);
  const start = performance.now();
  const stack = await startStack({
    port: options.port,
    dbPort: options.dbPort,
    dataDir: options.data,
    snapshots: options.snapshots,
    fresh: options.fresh,
    databaseUrl: Deno.env.get("DATABASE_URL") || undefined,
    progress: printed(),
    log: (line) => console.log(line),
  });
  const { url, databaseUrl, keys, functions } = stack;
  const logins = await seededLogins(stack.db);
  const database = `PGlite in ${options.data} (--db-port lets psql in)`;
  console.log(report({ url, database, databaseUrl, keys, functions, logins }));
  console.log(`ready in ${((performance.now() - start) / 1000).toFixed(1)} s; Ctrl-C stops it`);
  await interrupted();
  interrupted().then(() => Deno.exit(130)); // twice means now
  await stack.stop();
  Deno.exit(0);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, resolve);
  });
}

if (import.meta.main) await runMain(main);
