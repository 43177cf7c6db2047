import { join } from "node:path";
import { repositoryRoot } from "../stack/project.ts";

/** Simulated queues of 45 days each, kept beside the repository; there is nothing to measure without them. */
const folder = join(repositoryRoot, "..", "shared", "data", "queues");

export interface Arrival {
  readonly at: number;
  readonly type: number;
  readonly priority: number;
  readonly servers: number;
  /** Minutes from arrival to service; null for who left before. */
  readonly wait: number | null;
  readonly service: number;
}

/** The names of the simulated queues; none where there are none. */
export async function simulations(): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.map(({ name }) => name).filter((name) => /^sim_.*\.csv\.xz$/.test(name)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The arrivals of each day of a simulated queue, in order. */
export async function daysOf(name: string): Promise<Arrival[][]> {
  const { stdout, success } = await new Deno.Command("xz", { args: ["-dc", join(folder, name)] }).output();
  if (!success) throw new Error(`xz could not read ${name}`);
  const [header, ...rows] = new TextDecoder().decode(stdout).trim().split(/\r?\n/).map((line) => line.split(","));
  const column = (row: string[], name: string) => row[header!.indexOf(name)]!;
  const days = Map.groupBy(rows, (row) => column(row, "day"));
  return [...days.values()].map((day) =>
    day.map((row) => ({
      at: Number(column(row, "t")),
      type: Number(column(row, "k")),
      priority: Number(column(row, "prio")),
      servers: Number(column(row, "servers")),
      wait: column(row, "abandoned") === "1" ? null : Number(column(row, "wait")),
      service: Number(column(row, "service")),
    })).sort((a, b) => a.at - b.at)
  );
}
