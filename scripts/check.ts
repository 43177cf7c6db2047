/**
 * `deno task check [step...]`: everything about the tree that needs no server. Without names every step runs.
 */
import { rules } from "./lint/rules.ts";
import { describe, readTree } from "./lint/tree.ts";
import { runSteps, type Step } from "./steps.ts";

const deno = Deno.execPath();
const root = new URL("../", import.meta.url);

async function style(): Promise<string[]> {
  const files = await readTree(root);
  return rules.flatMap((rule) => rule.check(files).map((problem) => `${describe(problem)} (${rule.name})`));
}

const generated = (script: string) => [deno, "run", "-A", "--quiet", script, "--check"];

const steps: readonly Step[] = [
  { name: "fmt", run: [deno, "fmt", "--check"] },
  { name: "lint", run: [deno, "lint"] },
  { name: "types", run: [deno, "check", "--quiet", "."] },
  { name: "style", run: style },
  { name: "documents", run: generated("scripts/docs.ts") },
  { name: "manifests", run: generated("scripts/function-manifests.ts") },
];

const known = steps.map(({ name }) => name);
const unknown = Deno.args.filter((name) => !known.includes(name));
if (unknown.length) {
  console.error(`check: unknown step ${unknown.join(", ")}; there are ${known.join(", ")}`);
  Deno.exit(1);
}

Deno.chdir(root);
const chosen = Deno.args.length ? steps.filter(({ name }) => Deno.args.includes(name)) : steps;
Deno.exit(await runSteps(chosen) ? 1 : 0);
