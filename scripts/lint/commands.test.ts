import assert from "node:assert/strict";
import { commands, documentedCommands } from "./commands.ts";

const manifest = { path: "deno.json", text: JSON.stringify({ tasks: { start: "", "db:types": "" } }) };
const problems = (block: string) =>
  commands.check([manifest, { path: "README.md", text: "```sh\n" + block + "\n```\n" }]);

Deno.test("known tasks and known programs pass", () => {
  const block = "npx -y deno task start --fresh # seeded\ndeno task db:types\nDATABASE_URL=postgres://x .ci/run";
  assert.deepEqual(problems(block), []);
});

Deno.test("an unknown task and an unknown program are found with their line", () => {
  const found = problems("deno task start\nnpx -y deno task stop\nmake all");
  assert.deepEqual(found.map((problem) => problem.line), [3, 4]);
});

Deno.test("continued lines are one command", () => {
  assert.deepEqual(documentedCommands("```sh\ncurl x \\\n  -d y\n```\n").map(({ command }) => command), [
    "curl x     -d y",
  ]);
});

Deno.test("a task whose script is missing is found", () => {
  const tasks = {
    path: "deno.json",
    text: JSON.stringify({ tasks: { start: "deno run -A start.ts", bench: "deno run bench.ts" } }),
  };
  const found = commands.check([tasks, { path: "start.ts", text: "" }]);
  assert.deepEqual(found.map(({ message }) => message), ["the task bench runs bench.ts, which is not there"]);
});
