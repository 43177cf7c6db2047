import { relative } from "node:path";
import type { Count } from "./count.ts";

const ours = /(\.|_)test\.tsx?$/;
const skippedFolders = new Set(["node_modules", ".git", ".stack", "testdata"]);

/** Finds every Deno test file below a folder, in order. */
export async function findTests(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && !skippedFolders.has(entry.name)) files.push(...await findTests(path));
    else if (entry.isFile && ours.test(entry.name)) files.push(path);
  }
  return files.sort();
}

/** Runs the files by `deno test`, showing its output; types are `deno task check`'s matter. */
export async function runDenoTests(files: readonly string[], env: Record<string, string>): Promise<Count> {
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const names = files.map((file) => relative(Deno.cwd(), file));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--quiet", "--no-check", "--allow-all", ...names],
    env: { ...env, NO_COLOR: "1" },
    stdout: "piped",
  }).spawn();
  let output = "";
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    Deno.stdout.writeSync(bytes);
    output = (output + decoder.decode(bytes, { stream: true })).slice(-4_000);
  }
  return readSummary(output, (await child.status).success);
}

/** Reads `ok | 3 passed (2 steps) | 0 failed | 1 ignored (12ms)`. A run that dies without one has failed. */
export function readSummary(output: string, success: boolean): Count {
  const summary = output.match(/^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed(.*)$/m);
  if (!summary) return { passed: 0, failed: success ? 0 : 1, skipped: 0 };
  const failed = Number(summary[2]);
  return {
    passed: Number(summary[1]),
    failed: success ? failed : Math.max(1, failed),
    skipped: Number(summary[3]!.match(/(\d+) ignored/)?.[1] ?? 0),
  };
}
