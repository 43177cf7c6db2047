import type { Problem, Rule, SourceFile } from "./tree.ts";

const domains = "core|calendar|appointments|scheduling|notifications|documents|ai|learning|analytics";
const migration = new RegExp(`^\\d{14}_[a-z]+_(${domains})(_[a-z0-9]+)+\\.sql$`);
const sentence = /^[a-z0-9]+(_[a-z0-9]+){2,}\.test\.sql$/;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/;

/** Names tell what a file is: migrations their place, pgTAP files the behaviour, TypeScript files the thing. */
export const names: Rule = {
  name: "file names",
  check: (files) => [...files.flatMap(judge), ...repeatedVersions(files)],
};

function judge({ path }: SourceFile): Problem[] {
  const base = path.slice(path.lastIndexOf("/") + 1);
  if (path.startsWith("supabase/migrations/") && !migration.test(base)) {
    return [{ path, message: "a migration is named YYYYMMDDHHMMSS_<layer>_<domain>_<what>.sql" }];
  }
  if (/^supabase\/tests\/.*\.test\.sql$/.test(path) && !sentence.test(base)) {
    return [{ path, message: "a pgTAP file is named for the behaviour it holds, as a sentence in snake_case" }];
  }
  if (path.endsWith(".ts") && !kebab.test(base)) {
    return [{ path, message: "a TypeScript file is named in kebab-case" }];
  }
  return [];
}

function repeatedVersions(files: readonly SourceFile[]): Problem[] {
  const seen = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { path } of files) {
    const version = /^supabase\/migrations\/(\d{14})_/.exec(path)?.[1];
    if (!version) continue;
    const first = seen.get(version);
    if (first) problems.push({ path, message: `has the version of ${first}` });
    seen.set(version, path);
  }
  return problems;
}
