import { join } from "node:path";
import { repositoryRoot } from "../stack/project.ts";

const postgres17 = join(repositoryRoot, "..", "shared", "bin", "postgres17");

export interface Server {
  readonly url: string;
  readonly pgbench?: readonly string[];
}

/**
 * Hands over a native server: that of DATABASE_URL, otherwise one that `../shared/bin/postgres17` starts for this run
 * alone. Without either it says why nothing is measured.
 */
export async function withServer(use: (server: Server) => Promise<void>): Promise<void> {
  const url = Deno.env.get("DATABASE_URL");
  const provided = await Deno.stat(postgres17).then(() => true, () => false);
  if (url) return await use({ url, pgbench: await findPgbench(provided) });
  if (!provided) {
    console.log(
      "skipped: these figures are of a native server. Set DATABASE_URL to a superuser's URL of a PostgreSQL 15+ to measure.",
    );
    return;
  }
  const port = freePort();
  const env = {
    PG17_PORT: `${port}`,
    PG17_DATA: await Deno.makeTempDir({ dir: "/var/tmp", prefix: "almanac-bench-" }),
  };
  await call([postgres17, "up"], env);
  try {
    await use({ url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`, pgbench: await findPgbench(true) });
  } finally {
    await call([postgres17, "down", "--purge"], env);
  }
}

async function findPgbench(provided: boolean): Promise<readonly string[] | undefined> {
  const candidates = [["pgbench"], ...provided ? [[postgres17, "run", "pgbench"]] : []];
  for (const command of candidates) {
    if (await call([...command, "--version"]).then(() => true, () => false)) return command;
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Runs a program and returns what it printed; throws with its complaints when it fails. */
export async function call([program, ...args]: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const output = await new Deno.Command(program!, { args, env, stdin: "null" }).output();
  const decoder = new TextDecoder();
  const text = decoder.decode(output.stdout);
  if (!output.success) throw new Error(`${program}: ${text}${decoder.decode(output.stderr)}`);
  return text;
}
