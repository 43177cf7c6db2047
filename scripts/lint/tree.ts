/** One file of the tree as a rule sees it; `path` is relative to the root and uses `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What a rule found; `line` counts from 1. */
export interface Problem {
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

/** A style rule: pure, so that its test can hand it files that do not exist. */
export interface Rule {
  readonly name: string;
  check(files: readonly SourceFile[]): Problem[];
}

const binary = /\.(png|jpg|ico|ttf|woff2?|gz|zip|pdf)$/;

/** Every file git knows or would add, so that ignored folders and build results are never judged. */
export async function readTree(root: URL): Promise<SourceFile[]> {
  const git = new Deno.Command("git", {
    // the clone may belong to another user than the one who checks it
    args: ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd: root,
  });
  const { success, stdout, stderr } = await git.output();
  if (!success) throw new Error(`git ls-files: ${new TextDecoder().decode(stderr).trim()}`);
  const paths = new TextDecoder().decode(stdout).split("\0").filter((path) => path && !binary.test(path));
  const files: SourceFile[] = [];
  for (const path of paths.sort()) {
    const text = await Deno.readTextFile(new URL(path, root)).catch(() => undefined);
    if (text !== undefined) files.push({ path, text });
  }
  return files;
}

/** How many lines an editor shows. */
export function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** The line, from 1, on which `offset` lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** `path:line: message`, the form editors turn into a link. */
export function describe(problem: Problem): string {
  const place = problem.line ? `${problem.path}:${problem.line}` : problem.path;
  return `${place}: ${problem.message}`;
}
