import { call } from "./server.ts";

export interface Load {
  /** A pgbench script. */
  readonly script: string;
  readonly clients: number;
  readonly seconds: number;
  /** pgbench variables. */
  readonly variables?: Readonly<Record<string, number>>;
  /** Session settings of every client. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Runs a script from many clients and returns how many of its transactions succeed a second. A statement that fails ends
 * the run with an error: what is counted has happened.
 */
export async function pgbench(command: readonly string[], url: string, load: Load): Promise<number> {
  const file = await Deno.makeTempFile({ suffix: ".pgbench" });
  try {
    await Deno.writeTextFile(file, load.script);
    await Deno.chmod(file, 0o644);
    const variables = Object.entries(load.variables ?? {}).flatMap(([name, value]) => ["-D", `${name}=${value}`]);
    const output = await call([
      ...command,
      ...["--no-vacuum", "--protocol=prepared", "--jobs=2", `--client=${load.clients}`, `--time=${load.seconds}`],
      ...["-D", `clients=${load.clients}`, ...variables, `--file=${file}`, url],
    ], { PGOPTIONS: options(load.settings ?? {}) });
    const rate = output.match(/^tps = ([\d.]+)/m);
    if (!rate || /failed transactions: [1-9]/.test(output)) throw new Error(`pgbench: ${output}`);
    return Number(rate[1]);
  } finally {
    await Deno.remove(file);
  }
}

const options = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings).map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, "\\$&")}`).join(" ");
