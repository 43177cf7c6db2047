/**
 * Writes the deno.json of every function: the packages that its code and the shared code under it import, in the root's
 * versions. A deployment uploads only this one, never the root's. `--check` writes nothing and fails on a difference.
 */
import { driftedFiles } from "./generated.ts";

const root = new URL("../", import.meta.url);
const specifier = /\bfrom\s+["']([^"']+)["']|^import\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

/** The package specifiers that a module imports, itself or through relative imports. */
export async function packagesOf(entry: URL, seen = new Set<string>()): Promise<Set<string>> {
  seen.add(entry.href);
  const packages = new Set<string>();
  for (const match of (await Deno.readTextFile(entry)).matchAll(specifier)) {
    const target = match[1] ?? match[2] ?? match[3]!;
    if (target.startsWith("node:")) continue;
    if (!target.startsWith(".")) packages.add(target);
    else if (!seen.has(new URL(target, entry).href)) {
      (await packagesOf(new URL(target, entry), seen)).forEach((name) => packages.add(name));
    }
  }
  return packages;
}

/** The entries of an import map that these specifiers need: the exact one, else the longest prefix. */
export function importsFor(packages: Iterable<string>, all: Record<string, string>): Record<string, string> {
  const prefixes = Object.keys(all).filter((key) => key.endsWith("/")).sort((a, b) => b.length - a.length);
  const keys = [...packages].map((name) => {
    const key = name in all ? name : prefixes.find((prefix) => name.startsWith(prefix));
    if (!key) throw new Error(`deno.json has no import for ${name}`);
    return key;
  });
  return Object.fromEntries([...new Set(keys)].sort().map((key) => [key, all[key]!]));
}

async function manifests(): Promise<Map<string, string>> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const files = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(new URL("supabase/functions/", root))) {
    if (!isDirectory || name.startsWith("_")) continue;
    const folder = `supabase/functions/${name}/`;
    const used = importsFor(await packagesOf(new URL(`${folder}index.ts`, root)), imports);
    files.set(`${folder}deno.json`, JSON.stringify({ imports: used }, null, 2) + "\n");
  }
  return files;
}

if (import.meta.main) {
  const drifted = await driftedFiles(root, await manifests(), Deno.args.includes("--check"));
  if (drifted.length > 0) {
    console.error(`differ from what the code imports: ${drifted.join(", ")} (deno task functions:manifests)`);
    Deno.exit(1);
  }
}
