import { join } from "node:path";
import type { Project } from "./project.ts";

/** What a database was made from. */
export interface Fingerprint {
  /** Everything below in one hash: names the snapshot. */
  readonly key: string;
  /** The platform's scripts and the engine's version. */
  readonly platform: string;
  readonly seed: string;
  /** Hash of each migration by its file. */
  readonly migrations: Readonly<Record<string, string>>;
}

/** How a database relates to the project of today. */
export type Comparison =
  | { kind: "same" }
  /** Only new migrations, after all that it has: they can be applied to its data. */
  | { kind: "behind" }
  | { kind: "changed"; what: string };

export async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest).subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Takes the fingerprint of a project as it is on disk, for an engine of this version. */
export async function fingerprintOf(project: Project, engine: string): Promise<Fingerprint> {
  const platform = await hash(engine + await platformScripts());
  const seed = await hash(project.seed?.text ?? "");
  const migrations: Record<string, string> = {};
  for (const { file, text } of project.migrations) migrations[file] = await hash(text);
  return { key: await hash(JSON.stringify([platform, seed, migrations])), platform, seed, migrations };
}

async function platformScripts(): Promise<string> {
  const texts: string[] = [];
  for (const folder of ["platform", "extensions"]) {
    const path = join(import.meta.dirname!, folder);
    const names = Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
    for (const name of names) texts.push(name, await Deno.readTextFile(join(path, name)));
  }
  return texts.join("\n");
}

/** Compares what a database was made from with the project of today. */
export function compare(then: Fingerprint, now: Fingerprint): Comparison {
  if (then.key === now.key) return { kind: "same" };
  if (then.platform !== now.platform) return { kind: "changed", what: "the embedded platform" };
  if (then.seed !== now.seed) return { kind: "changed", what: "supabase/seed.sql" };
  const files = Object.keys(now.migrations);
  for (const [at, [file, hashThen]] of Object.entries(then.migrations).entries()) {
    if (!(file in now.migrations)) return { kind: "changed", what: `${file} (gone)` };
    if (now.migrations[file] !== hashThen) return { kind: "changed", what: file };
    if (files[at] !== file) return { kind: "changed", what: `${files[at]} (new, before ones already applied)` };
  }
  return { kind: "behind" };
}
