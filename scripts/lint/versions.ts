import type { Problem, Rule, SourceFile } from "./tree.ts";

const exact = /^npm:\/?(?:@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(?:-[\w.]+)?(?:\/.*)?$/;
const local = /^\.{1,2}\//;

const isManifest = (path: string) => path === "deno.json" || /^supabase\/functions\/[^/]+\/deno\.json$/.test(path);

/** Dependencies come from npm in exact versions, one version for the whole tree. */
export const versions: Rule = {
  name: "exact versions",
  check: (files) => {
    const root = files.find(({ path }) => path === "deno.json");
    const chosen = root ? importsOf(root) : {};
    return files.filter(({ path }) => isManifest(path)).flatMap((file) => judge(file, chosen));
  },
};

function importsOf(file: SourceFile): Record<string, string> {
  return (JSON.parse(file.text) as { imports?: Record<string, string> }).imports ?? {};
}

function judge(file: SourceFile, chosen: Record<string, string>): Problem[] {
  return Object.entries(importsOf(file)).flatMap(([name, target]) => {
    if (local.test(target)) return [];
    if (!exact.test(target)) return [{ path: file.path, message: `${name}: ${target} is no exact npm version` }];
    if (chosen[name] === target) return [];
    return [{ path: file.path, message: `${name}: ${target} differs from the root's ${chosen[name] ?? "(none)"}` }];
  });
}
