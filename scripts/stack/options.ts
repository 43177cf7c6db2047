import { parseArgs } from "node:util";
import { StackError } from "./errors.ts";

/** What `deno task start` takes on its command line. */
export interface CliOptions {
  readonly port: number;
  /** Port for psql and other clients of the embedded database; none unless asked for. */
  readonly dbPort: number | undefined;
  readonly data: string;
  readonly snapshots: string | undefined;
  readonly fresh: boolean;
  readonly help: boolean;
}

export const usage = `deno task start [options]

  --port <number>      port of the API (54321)
  --db-port <number>   let psql and other PostgreSQL clients in on this port
  --data <folder>      where the data lives (.stack)
  --snapshots <folder> where ready databases are kept for fast starts (<data>/snapshots)
  --fresh              start over with an empty, newly seeded database
  --help               this text

With DATABASE_URL=postgresql://… it runs on that server (PostgreSQL 15 or later) and not on the embedded one.`;

/** @throws StackError saying which option is wrong. */
export function parseOptions(args: readonly string[]): CliOptions {
  const { values } = read(args);
  return {
    port: portNumber("--port", values.port ?? "54321"),
    dbPort: values["db-port"] === undefined ? undefined : portNumber("--db-port", values["db-port"]),
    data: values.data ?? ".stack",
    snapshots: values.snapshots,
    fresh: values.fresh ?? false,
    help: values.help ?? false,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        "db-port": { type: "string" },
        data: { type: "string" },
        snapshots: { type: "string" },
        fresh: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new StackError(`${(error as Error).message.split(". ")[0]}. See deno task start --help.`);
  }
}

function portNumber(option: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536 && text.trim() !== "") return port;
  throw new StackError(`${option} needs a port number, not "${text}".`);
}
