import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);
/** Where `deno task test` has a seeded stack running. */
const url = Deno.env.get("ALMANAC_URL");

/** Instants differ from day to day. */
const timeless = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)/g, "<instant>").trim();

/** Runs the example with which a page begins, and asserts that it prints what the page says that it prints. */
export async function assertExample(page: string): Promise<void> {
  assert.ok(url, "run this test with `deno task test`");
  const match = /^```ts\n(import [\s\S]*?)^```\n\n```\n([\s\S]*?)^```/m.exec(
    await Deno.readTextFile(new URL(page, root)),
  );
  assert.ok(match, `${page} begins with an example and its output`);
  const [, code, output] = match;
  const file = new URL(`page-example-${crypto.randomUUID()}.ts`, root);
  await Deno.writeTextFile(file, code!.replace("http://127.0.0.1:54321", url));
  try {
    const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--check", "--quiet", file.pathname] });
    const { success, stdout, stderr } = await command.output();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.equal(timeless(new TextDecoder().decode(stdout)), timeless(output!));
  } finally {
    await Deno.remove(file);
  }
}
