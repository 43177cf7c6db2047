import { driftedFiles } from "../generated.ts";

/**
 * Writes a generated file, or with `--check` compares it with the one in the tree and ends with exit code 1 where they
 * differ.
 *
 * @param path - relative to the root of the repository
 * @param task - what regenerates it
 */
export async function writeOrCheck(path: string, text: string, task: string): Promise<void> {
  const root = new URL("../../", import.meta.url);
  const drifted = await driftedFiles(root, new Map([[path, text]]), Deno.args.includes("--check"));
  if (drifted.length === 0) return console.log(`${path}: ${text.split("\n").length} lines, up to date`);
  const committed = await Deno.readTextFile(new URL(path, root)).catch(() => "");
  console.error(`${path} is not what the migrations make. Run: deno task ${task}\n${firstDifference(committed, text)}`);
  Deno.exit(1);
}

/** The first line that differs, with what surrounds it. */
export function firstDifference(before: string, after: string): string {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const at = fresh.findIndex((line, index) => line !== old[index]);
  const line = at < 0 ? fresh.length : at;
  const around = (lines: string[], mark: string) => lines.slice(line, line + 5).map((text) => `${mark} ${text}`);
  return [`line ${line + 1}:`, ...around(old, "-"), ...around(fresh, "+")].join("\n");
}
