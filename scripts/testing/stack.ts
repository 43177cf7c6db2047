import { join } from "node:path";
import { StackError } from "../stack/errors.ts";
import { repositoryRoot } from "../stack/project.ts";
import { snapshots } from "./scratch.ts";

/** A stack in a process of its own, with data of its own. */
export interface TestStack {
  readonly url: string;
  /** All it said since it was ready. */
  readonly logFile: string;
}

const apiLine = /^API\s+(\S+)\/rest\/v1$/m;

/**
 * Starts the stack on a free port, hands it over once it serves, and stops it.
 *
 * @param databaseUrl - a native server's database; none: PGlite
 */
export async function withStack<T>(
  databaseUrl: string | undefined,
  use: (stack: TestStack) => Promise<T>,
): Promise<T> {
  const data = await Deno.makeTempDir({ prefix: "almanac-test-" });
  const logFile = join(repositoryRoot, ".stack", `test-${databaseUrl ? "postgres" : "pglite"}.log`);
  await Deno.mkdir(snapshots, { recursive: true });
  const log = await Deno.open(logFile, { write: true, create: true, truncate: true });
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      "scripts/stack/main.ts",
      "--port",
      "0",
      "--data",
      data,
      "--snapshots",
      snapshots,
    ],
    cwd: repositoryRoot,
    // Receivers of webhooks and services behind the gateway are doubles on loopback; `localhost` stays forbidden.
    env: { DATABASE_URL: databaseUrl ?? "", NO_COLOR: "1", OUTBOUND_ALLOW_PRIVATE: "127.0.0.1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  try {
    let ready = false;
    const said = copy(child.stderr, (bytes) => void (ready ? log.writeSync(bytes) : Deno.stderr.writeSync(bytes)));
    const address = Promise.withResolvers<string>();
    const printed = readAddress(child.stdout, address, (bytes) => void log.writeSync(bytes));
    const url = await address.promise;
    ready = true;
    try {
      return await use({ url, logFile });
    } finally {
      child.kill("SIGTERM");
      await Promise.all([said, printed, child.status]);
    }
  } finally {
    log.close();
    await Deno.remove(data, { recursive: true });
  }
}

async function copy(stream: ReadableStream<Uint8Array>, write: (bytes: Uint8Array) => void): Promise<void> {
  for await (const bytes of stream) write(bytes);
}

async function readAddress(
  stream: ReadableStream<Uint8Array>,
  address: PromiseWithResolvers<string>,
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let start = "";
  await copy(stream, (bytes) => {
    write(bytes);
    if (start.length > 10_000) return;
    start += decoder.decode(bytes, { stream: true });
    const found = start.match(apiLine);
    if (found) address.resolve(found[1]!);
  });
  address.reject(new StackError("the stack ended before it served."));
}
