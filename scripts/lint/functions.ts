import type { Problem, Rule, SourceFile } from "./tree.ts";

const required = ["index.ts", "routes.ts", "schemas.ts", "deno.json"];
const inFunction = /^supabase\/functions\/([^_/][^/]*)\/(.+)$/;
const specifier = /\bfrom\s+["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;

/** A function's folder has the same parts as every other, and imports no other function. */
export const functions: Rule = {
  name: "function folders",
  check: (files) => {
    const folders = Map.groupBy(
      files.filter(({ path }) => inFunction.test(path)),
      ({ path }) => inFunction.exec(path)![1]!,
    );
    return [...folders].flatMap((
      [name, own],
    ) => [...missingParts(name, own), ...own.flatMap((file) => foreignImports(name, file))]);
  },
};

function missingParts(name: string, files: readonly SourceFile[]): Problem[] {
  const root = `supabase/functions/${name}`;
  const present = new Set(files.map(({ path }) => path));
  return required.filter((part) => !present.has(`${root}/${part}`)).map((part) => ({
    path: root,
    message: `has no ${part}`,
  }));
}

function foreignImports(name: string, { path, text }: SourceFile): Problem[] {
  if (!path.endsWith(".ts")) return [];
  return [...text.matchAll(specifier)].flatMap((match) => {
    const target = match[1] ?? match[2]!;
    if (!target.startsWith(".")) return [];
    const resolved = new URL(target, `file:///${path}`).pathname.slice(1);
    const other = inFunction.exec(resolved)?.[1];
    return other && other !== name
      ? [{ path, message: `imports the function ${other}: move what both use to shared/` }]
      : [];
  });
}
