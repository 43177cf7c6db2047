import { existsSync } from "node:fs";
import { join } from "node:path";

/** How many snapshots are kept: two branches, each with the seed and without. */
const kept = 4;

/** Starts the names of snapshots that hold no project's data: they are always kept. */
export const emptyPrefix = "empty-";

/** Ready data directories by the key of what they were made from. */
export interface Snapshots {
  has(key: string): boolean;
  /** Copies the snapshot to `directory`, which appears whole or not at all. */
  restore(key: string, directory: string): Promise<void>;
  /** Keeps a copy of `directory`, which must be at rest. */
  keep(key: string, directory: string): Promise<void>;
}

/** Snapshots in a folder that several stacks may share. */
export function snapshotsIn(folder: string): Snapshots {
  const path = (key: string) => join(folder, key);
  return {
    has: (key) => existsSync(path(key)),
    restore: (key, directory) => copyWhole(path(key), directory),
    async keep(key, directory) {
      if (existsSync(path(key))) return;
      await Deno.mkdir(folder, { recursive: true });
      await copyWhole(directory, path(key));
      await removeOldest(folder);
    },
  };
}

/** A rename is what makes the copy visible: a process killed before leaves a draft that nobody reads. */
async function copyWhole(from: string, to: string): Promise<void> {
  const draft = `${to}.draft-${crypto.randomUUID()}`;
  try {
    await copyTree(from, draft);
    await Deno.rename(draft, to);
  } catch (error) {
    await Deno.remove(draft, { recursive: true }).catch(() => {});
    // another stack was faster with the same content
    if (!existsSync(to)) throw error;
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true, mode: 0o700 });
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) await copyTree(source, target);
    else if (entry.isFile) await Deno.copyFile(source, target);
  }
}

async function removeOldest(folder: string): Promise<void> {
  const found: { path: string; age: number }[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(emptyPrefix) && !entry.name.includes(".draft-")) continue;
    const age = (await Deno.stat(path)).birthtime?.getTime() ?? 0;
    if (!entry.name.includes(".draft-")) found.push({ path, age });
    else if (Date.now() - age > 600_000) await Deno.remove(path, { recursive: true });
  }
  found.sort((a, b) => b.age - a.age);
  for (const { path } of found.slice(kept)) await Deno.remove(path, { recursive: true }).catch(() => {});
}
