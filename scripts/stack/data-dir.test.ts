import assert from "node:assert/strict";
import { join } from "node:path";
import { lockDataDir } from "./data-dir.ts";

Deno.test("a folder has one holder, whose process is named; released it can be taken again", async () => {
  const folder = join(await Deno.makeTempDir(), "new");
  const first = lockDataDir(folder);
  assert.throws(() => lockDataDir(folder), {
    name: "StackError",
    message: `${folder} is in use by another stack (process ${Deno.pid}): stop it, or give this one --data <folder>.`,
  });
  first.release();
  lockDataDir(folder).release();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the lock of a killed process is no lock", async () => {
  const folder = await Deno.makeTempDir();
  const module = JSON.stringify(import.meta.resolve("./data-dir.ts"));
  const holder = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-check",
      `import { lockDataDir } from ${module}; lockDataDir(${JSON.stringify(folder)});
      console.log("held"); setInterval(() => {}, 1000);`,
    ],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = holder.stdout.getReader();
  await reader.read();
  assert.throws(() => lockDataDir(folder), { message: new RegExp(`process ${holder.pid}\\)`) });
  holder.kill("SIGKILL");
  await holder.status;
  lockDataDir(folder).release();
  await reader.cancel();
  await Deno.remove(folder, { recursive: true });
});
