import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);
/** Where `deno task test` has a seeded stack running. */
const url = Deno.env.get("ALMANAC_URL");

/** The example of the README's first screen, and what it says that it prints. */
async function example(): Promise<{ code: string; output: string }> {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const match = /^```ts\n(import [\s\S]*?)^```\n\n```\n([\s\S]*?)^```/m.exec(readme);
  assert.ok(match, "README.md begins with an example and its output");
  return { code: match[1]!, output: match[2]! };
}

/** Instants differ from day to day. */
const timeless = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)/g, "<instant>").trim();

Deno.test("the README's example runs and prints what the README says", async () => {
  assert.ok(url, "run this test with `deno task test`");
  const { code, output } = await example();
  const file = new URL(`readme-example-${crypto.randomUUID()}.ts`, import.meta.url);
  await Deno.writeTextFile(file, code.replace("http://127.0.0.1:54321", url));
  try {
    const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--check", "--quiet", file.pathname] });
    const { success, stdout, stderr } = await command.output();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.equal(timeless(new TextDecoder().decode(stdout)), timeless(output));
  } finally {
    await Deno.remove(file);
  }
});
