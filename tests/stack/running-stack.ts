import { repositoryRoot } from "../../scripts/stack/project.ts";
import { snapshots } from "../../scripts/testing/scratch.ts";

/** A stack in a process of its own, to be killed. */
export interface RunningStack {
  readonly url: string;
  readonly child: Deno.ChildProcess;
}

/** Starts one on a free port; resolves when it serves. */
export async function start(data: string, databaseUrl = ""): Promise<RunningStack> {
  const args = ["scripts/stack/main.ts", "--port", "0", "--data", data, "--snapshots", snapshots];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", ...args],
    cwd: repositoryRoot,
    env: { DATABASE_URL: databaseUrl, NO_COLOR: "1" },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let said = "";
  const [mine, rest] = child.stdout.tee();
  rest.pipeTo(new WritableStream()).catch(() => {});
  for await (const text of mine.pipeThrough(new TextDecoderStream())) {
    said += text;
    const address = said.match(/^API\s+(\S+)\/rest\/v1$/m);
    if (address) return { url: address[1]!, child };
  }
  throw new Error(`the stack ended before it served: ${said}`);
}

export async function ask(url: string, path: string, headers: Record<string, string>, body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  return { status: response.status, answer };
}
