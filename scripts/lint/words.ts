import { lineAt, type Problem, type Rule, type SourceFile } from "./tree.ts";

const forbidden: readonly [RegExp, string][] = [
  [/(?:\/\/|--|\/\*|<!--|^\s*[*#]) *(?:TODO|FIXME|XXX|HACK)\b|\b(?:TODO|FIXME)[:(]/gm, "finish it or leave it out"],
  [/\b(?:registry|npm|packages?)\.[\w-]+\.(?:com|org|io|dev|land)\b/g, "a registry is the machine's setting"],
  [/\bjsr:/g, "dependencies come from npm"],
  [/\bfrom\s+["']https?:\/\//g, "dependencies come from npm"],
];

const own = /^scripts\/lint\/words(?:\.test)?\.ts$/;

/** Marks of unfinished work, and addresses that tie the tree to one machine. */
export const words: Rule = {
  name: "words",
  check: (files) => files.filter(({ path }) => !own.test(path)).flatMap(judge),
};

function judge({ path, text }: SourceFile): Problem[] {
  return forbidden.flatMap(([word, advice]) =>
    [...text.matchAll(word)].map((match) => ({
      path,
      line: lineAt(text, match.index),
      message: `${match[0].trim()}: ${advice}`,
    }))
  );
}
