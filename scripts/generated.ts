/**
 * Writes generated files that differ from what is there, or, when only checking, returns their paths instead.
 *
 * ```ts
 * const drifted = await driftedFiles(root, new Map([["docs/api.md", text]]), Deno.args.includes("--check"));
 * ```
 */
export async function driftedFiles(root: URL, files: Map<string, string>, checkOnly: boolean): Promise<string[]> {
  const drifted: string[] = [];
  for (const [path, text] of files) {
    const present = await Deno.readTextFile(new URL(path, root)).catch(() => undefined);
    if (present === text) continue;
    if (checkOnly) drifted.push(path);
    else await Deno.writeTextFile(new URL(path, root), text);
  }
  return drifted;
}
