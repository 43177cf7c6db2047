import { join } from "node:path";
import { printed } from "../stack/progress.ts";
import { emptyPrefix } from "../stack/snapshot.ts";
import { type Stack, type StackOptions, startStack } from "../stack/start.ts";
import { snapshots } from "./scratch.ts";

/** A copy of the small project in `scripts/stack/testdata/`, free to be changed, with a data folder beside it. */
export interface Fixture {
  readonly root: string;
  readonly dataDir: string;
  readonly snapshots: string;
  /** What starts said. */
  readonly notes: string[];
  /** Writes `supabase/migrations/<name>.sql`. */
  migration(name: string, sql: string): Promise<void>;
  start(options?: StackOptions): Promise<Stack>;
}

/** A folder for the snapshots of fixtures, with the empty cluster that the tests keep. */
export async function ownSnapshots(): Promise<string> {
  const own = await Deno.makeTempDir({ prefix: "almanac-snapshots-" });
  for (const { name } of await Array.fromAsync(Deno.readDir(snapshots)).catch(() => [])) {
    if (name.startsWith(emptyPrefix)) await Deno.symlink(join(snapshots, name), join(own, name));
  }
  return own;
}

/** Hands over a fixture and removes it afterwards. Fixtures share the snapshots of their databases. */
export async function withFixture(snapshots: string, use: (fixture: Fixture) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "almanac-fixture-" });
  const dataDir = join(root, ".stack");
  const notes: string[] = [];
  const migrations = join(root, "supabase", "migrations");
  try {
    await copyFolder(join(import.meta.dirname!, "..", "stack", "testdata", "project"), root);
    await use({
      root,
      dataDir,
      snapshots,
      notes,
      migration: (name, sql) => Deno.writeTextFile(join(migrations, `${name}.sql`), sql),
      start: (options) => {
        const progress = printed((line) => notes.push(line.trim()));
        return startStack({ root, dataDir, snapshots, port: 0, progress, log: () => {}, ...options });
      },
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}

/** The ids of the notes that the API lists. */
export async function noteIds({ url, keys }: Pick<Stack, "url" | "keys">): Promise<number[]> {
  const response = await fetch(`${url}/rest/v1/notes?select=id&order=id`, { headers: { apikey: keys.publishable } });
  return (await response.json() as { id: number }[]).map(({ id }) => id);
}

/** Writes a note; resolves when the API has acknowledged it. */
export async function addNote({ url, keys }: Pick<Stack, "url" | "keys">, id: number): Promise<void> {
  const response = await fetch(`${url}/rest/v1/notes`, {
    method: "POST",
    headers: { apikey: keys.publishable, "content-type": "application/json" },
    body: JSON.stringify({ id, body: "x" }),
  });
  await response.body?.cancel();
  if (response.status !== 201) throw new Error(`note ${id}: ${response.status}`);
}
