import { statements, withoutLiterals } from "./sql.ts";
import { lineAt, type Problem, type Rule, type SourceFile } from "./tree.ts";

const keywords = new Set(
  ("add all alter and any as asc begin between bigint boolean by case cast check comment commit constraint create cross " +
    "current declare default delete desc distinct do drop else elsif end except exception execute exists false for " +
    "foreign from full function grant group having if in index inner insert int integer interval into is join key " +
    "language lateral left limit loop materialized not null numeric offset on or order outer over partition policy " +
    "primary procedure raise references returning returns revoke right row schema security select sequence set table " +
    "text then to trigger true union unique update using uuid values view volatile when where while with").split(" "),
);

const isSql = (path: string) => /^supabase\/.*\.sql$/.test(path);

/** The words of SQL are lowercase, in function bodies too. */
export const lowercaseKeywords: Rule = {
  name: "lowercase SQL",
  check: (files) => files.filter(({ path }) => isSql(path)).flatMap(shoutedWords),
};

function shoutedWords({ path, text }: SourceFile): Problem[] {
  const found = [...withoutLiterals(text).matchAll(/\b[A-Z]{2,}\b/g)].filter(([word]) =>
    keywords.has(word.toLowerCase())
  );
  return found.map((match) => ({
    path,
    line: lineAt(text, match.index),
    message: `write ${match[0].toLowerCase()} instead of ${match[0]}`,
  }));
}

const createsFunction = /^create\s+(?:or\s+replace\s+)?(?:function|procedure)\s+([\w.]+)/i;
const pinsSearchPath = /\bset\s+search_path\s*(?:=|to)\s*''/i;

/** A function without a pinned search_path can be made to call another's objects. */
export const pinnedSearchPath: Rule = {
  name: "pinned search_path",
  check: (files) => files.filter(({ path }) => path.startsWith("supabase/migrations/")).flatMap(unpinnedFunctions),
};

function unpinnedFunctions({ path, text }: SourceFile): Problem[] {
  return statements(text).flatMap(({ head, line }) => {
    const name = createsFunction.exec(head)?.[1];
    return name && !pinsSearchPath.test(head) ? [{ path, line, message: `${name} does not set search_path = ''` }] : [];
  });
}

const unsuitable: readonly [RegExp, string][] = [
  [/\bvarchar\b|\bcharacter varying\b/g, "text with a check"],
  [/\b(?:small|big)?serial\b/g, "generated always as identity"],
  [/\bjson\b(?!\s*\()/g, "jsonb"],
  [/\bmoney\b/g, "numeric"],
  [/\btimestamp\b(?!tz)(?!\s+with time zone)/g, "timestamptz"],
];

/** Columns use the types that do not surprise. */
export const soundTypes: Rule = {
  name: "column types",
  check: (files) => files.filter(({ path }) => path.startsWith("supabase/migrations/")).flatMap(unsoundColumns),
};

function unsoundColumns({ path, text }: SourceFile): Problem[] {
  return statements(text).filter(({ head }) => /^create\s+(?:unlogged\s+)?table\b/i.test(head)).flatMap((
    { head, line },
  ) =>
    unsuitable.flatMap(([type, instead]) =>
      [...withoutLiterals(head).matchAll(type)].map((match) => ({
        path,
        line: line + lineAt(head, match.index) - 1,
        message: `${match[0]}: use ${instead}`,
      }))
    )
  );
}
