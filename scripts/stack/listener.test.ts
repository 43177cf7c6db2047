import assert from "node:assert/strict";
import { takePort } from "./listener.ts";

Deno.test("a port says that it starts until there is something to serve", async () => {
  const listener = takePort(0);
  const url = `http://127.0.0.1:${listener.port}/`;
  const early = await fetch(url);
  assert.deepEqual([early.status, early.headers.get("retry-after")], [503, "1"]);
  await early.body?.cancel();
  listener.use(() => new Response("here"));
  assert.equal(await (await fetch(url)).text(), "here");
  await listener.close();
  await listener.close();
});

Deno.test("a port that is taken", async () => {
  const listener = takePort(0);
  assert.throws(() => takePort(listener.port), {
    name: "StackError",
    message: `port ${listener.port} is taken: stop what uses it, or choose another one with --port <number>.`,
  });
  await listener.close();
});
