import { lineAt, type Problem, type Rule, type SourceFile } from "./tree.ts";

const link = /\]\(([^)\s]+)\)/g;
const fence = /^```[\s\S]*?^```/gm;

/** Every relative link in the docs leads somewhere, to the heading too. */
export const links: Rule = {
  name: "links",
  check: (files) => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const folders = new Set(files.flatMap(({ path }) => parents(path)));
    return files.filter(({ path }) => path.endsWith(".md")).flatMap((file) => judge(file, byPath, folders));
  },
};

function judge(file: SourceFile, byPath: Map<string, SourceFile>, folders: Set<string>): Problem[] {
  const prose = file.text.replace(fence, (block) => block.replace(/[^\n]/g, " "));
  return [...prose.matchAll(link)].flatMap((match) => {
    const target = match[1]!;
    if (/^[a-z]+:/.test(target)) return [];
    const { pathname, hash } = new URL(target, `file:///${file.path}`);
    const path = decodeURIComponent(pathname.slice(1)).replace(/\/$/, "");
    const known = byPath.get(path);
    const line = lineAt(prose, match.index);
    if (!known && !folders.has(path)) return [{ path: file.path, line, message: `${target} leads nowhere` }];
    if (known?.path.endsWith(".md") && hash && !headings(known.text).has(hash.slice(1))) {
      return [{ path: file.path, line, message: `${target}: no such heading` }];
    }
    return [];
  });
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Anchors as code hosts make them: lowercase, no punctuation, hyphens for spaces. */
function headings(text: string): Set<string> {
  const titles = [...text.matchAll(/^#{1,6} +(.+)$/gm)].map((match) => match[1]!);
  return new Set(
    titles.map((title) => title.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-")),
  );
}
