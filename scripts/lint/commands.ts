import { lineAt, type Problem, type Rule, type SourceFile } from "./tree.ts";

const shell = /^```sh\n([\s\S]*?)^```/gm;
const task = /^(?:npx -y )?deno task (?:--quiet )?([\w:-]+)/;
const programs =
  /^(?:cd|cp|export|curl|git clone|psql|pg_dump|pg_restore|npx -y supabase@\d+\.\d+\.\d+|supabase|\.ci\/run)\b/;

/** Every command a document tells the reader to type exists, and every task runs a script that is there. */
export const commands: Rule = {
  name: "commands",
  check: (files) => {
    const manifest = files.find(({ path }) => path === "deno.json");
    const { tasks = {} } = JSON.parse(manifest?.text ?? "{}") as { tasks?: Record<string, string> };
    const known = new Set(Object.keys(tasks));
    return [
      ...missingScripts(tasks, new Set(files.map(({ path }) => path))),
      ...files.filter(({ path }) => path.endsWith(".md")).flatMap((file) => judge(file, known)),
    ];
  },
};

function missingScripts(tasks: Record<string, string>, present: Set<string>): Problem[] {
  return Object.entries(tasks).flatMap(([name, command]) => {
    const script = /\S+\.ts\b/.exec(command)?.[0];
    return script && !present.has(script)
      ? [{ path: "deno.json", message: `the task ${name} runs ${script}, which is not there` }]
      : [];
  });
}

/** The commands of a document's `sh` blocks, continued lines joined, assignments and comments left out. */
export function documentedCommands(text: string): { command: string; line: number }[] {
  return [...text.matchAll(shell)].flatMap((block) => {
    const body = block[1]!.replace(/\\\n/g, "  ");
    const offset = lineAt(text, block.index) + 1;
    return body.split("\n").map((raw, index) => ({
      command: raw.replace(/(?:^|\s)#.*$/, "").trim().replace(/^(?:[A-Z_][A-Z0-9_]*=(?:"[^"]*"|'[^']*'|\S+)\s+)+/, ""),
      line: offset + index,
    })).filter(({ command }) => command);
  });
}

function judge({ path, text }: SourceFile, tasks: Set<string>): Problem[] {
  return documentedCommands(text).flatMap(({ command, line }) => {
    const name = task.exec(command)?.[1];
    if (name && !tasks.has(name)) return [{ path, line, message: `deno.json has no task ${name}` }];
    return name || programs.test(command) ? [] : [{ path, line, message: `unknown command: ${command}` }];
  });
}
