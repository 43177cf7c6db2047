import assert from "node:assert/strict";
import { links } from "./links.ts";

const glossary = { path: "docs/glossary.md", text: "# Glossary\n\n## Time and `slots`\n" };
const problems = (text: string, path = "README.md") => links.check([{ path, text }, glossary]);

Deno.test("links to files, folders, headings and the web pass", () => {
  assert.deepEqual(
    problems("[a](docs/glossary.md) [b](docs/) [c](docs/glossary.md#time-and-slots) [d](https://x.org)"),
    [],
  );
  assert.deepEqual(problems("[a](glossary.md) [b](../docs/glossary.md)", "docs/operations.md"), []);
});

Deno.test("a link to nothing and a link to a missing heading are found", () => {
  assert.match(problems("\n[a](docs/nothing.md)")[0]!.message, /leads nowhere/);
  assert.equal(problems("\n[a](docs/nothing.md)")[0]!.line, 2);
  assert.match(problems("[a](docs/glossary.md#money)")[0]!.message, /no such heading/);
});

Deno.test("code is not prose", () => {
  assert.deepEqual(problems("```ts\nconst x = list[0](call);\n```"), []);
});
