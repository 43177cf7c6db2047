/**
 * Writes a generated file, or with `--check` compares it with the one in the tree and ends with exit code 1 where they
 * differ.
 *
 * @param path - relative to the root of the repository
 * @param task - what regenerates it
 */
export async function writeOrCheck(path: string, text: string, task: string): Promise<void> {
  const file = new URL(`../../${path}`, import.meta.url);
  if (!Deno.args.includes("--check")) {
    await Deno.writeTextFile(file, text);
    console.log(`${path}: ${text.split("\n").length} lines`);
    return;
  }
  const committed = await Deno.readTextFile(file).catch(() => "");
  if (committed === text) return console.log(`${path} is up to date`);
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
