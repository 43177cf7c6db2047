import assert from "node:assert/strict";
import { join } from "node:path";
import { usage } from "./options.ts";

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", join(import.meta.dirname!, "main.ts"), ...args],
    env: { NO_COLOR: "1", DATABASE_URL: "" },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("what the user can put right is one line and exit code 1", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const data = await Deno.makeTempDir();
  const { port } = taken.addr;
  assert.deepEqual(await run("--port", String(port), "--data", data), {
    code: 1,
    stdout: "",
    stderr: `almanac: port ${port} is taken: stop what uses it, or choose another one with --port <number>.\n`,
  });
  assert.deepEqual(await Array.fromAsync(Deno.readDir(data), ({ name }) => name), ["stack.lock"]);
  taken.close();
  await Deno.remove(data, { recursive: true });

  const unknown = await run("--nonsense");
  assert.deepEqual([unknown.code, unknown.stderr.split("\n").length], [1, 2]);
});

Deno.test("--help explains every option", async () => {
  assert.deepEqual(await run("--help"), { code: 0, stdout: `${usage}\n`, stderr: "" });
});
