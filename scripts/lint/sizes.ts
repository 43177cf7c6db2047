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

const longestFunction = 60;

/** A file or a function that outgrows its limit has more than one reason to exist. */
export const sizes: Rule = {
  name: "sizes",
  check: (files) => files.flatMap((file) => [...judge(file), ...longFunctions(file)]),
};

function judge({ path, text }: SourceFile): Problem[] {
  if (generated.has(path)) return [];
  const limit = limits.find((candidate) => candidate.applies(path));
  const lines = lineCount(text);
  if (!limit || lines <= limit.lines) return [];
  return [{ path, message: `${lines} lines: ${limit.of} has at most ${limit.lines}` }];
}

/**
 * Functions of the module's top level; they end at the first brace in their column, as the formatter puts it. A test
 * tells a story step by step and may be longer.
 */
function longFunctions({ path, text }: SourceFile): Problem[] {
  if (!path.endsWith(".ts") || path.endsWith(".test.ts") || generated.has(path)) return [];
  const lines = text.split("\n");
  return lines.flatMap((line, start) => {
    const name = /^(?:export (?:default )?)?(?:async )?function\*? (\w+)/.exec(line)?.[1];
    const end = name ? lines.indexOf("}", start) : -1;
    const length = end - start + 1;
    if (!name || length <= longestFunction) return [];
    return [{
      path,
      line: start + 1,
      message: `${name} has ${length} lines: a function has at most ${longestFunction}`,
    }];
  });
}
