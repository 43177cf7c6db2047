import { lineCount, type Problem, type Rule, type SourceFile } from "./tree.ts";

interface Limit {
  readonly of: string;
  readonly lines: number;
  applies(path: string): boolean;
}

const generated = new Set(["shared/db/types.ts", "docs/schema.sql"]);

/** The first limit that applies to a file is the one that counts. */
const limits: readonly Limit[] = [
  { of: "a function's entry", lines: 30, applies: (path) => /^supabase\/functions\/[^/]+\/index\.ts$/.test(path) },
  { of: "a TypeScript file", lines: 250, applies: (path) => path.endsWith(".ts") },
  { of: "a migration", lines: 400, applies: (path) => /^supabase\/migrations\/.*\.sql$/.test(path) },
  { of: "a pgTAP test", lines: 100, applies: (path) => /^supabase\/tests\/.*\.test\.sql$/.test(path) },
  { of: "the README", lines: 250, applies: (path) => path === "README.md" },
];

/** A file that outgrows its limit has more than one reason to exist. */
export const sizes: Rule = {
  name: "file sizes",
  check: (files) => files.flatMap(judge),
};

function judge({ path, text }: SourceFile): Problem[] {
  if (generated.has(path)) return [];
  const limit = limits.find((candidate) => candidate.applies(path));
  const lines = lineCount(text);
  if (!limit || lines <= limit.lines) return [];
  return [{ path, message: `${lines} lines: ${limit.of} has at most ${limit.lines}` }];
}
