import assert from "node:assert/strict";
import { createEventBus } from "../../shared/client/event-bus.ts";
import { answerOf } from "../../shared/db/answer.ts";
import { newClinic, stack } from "./fixture.ts";

const root = new URL("../../", import.meta.url);

/** A folder in the tree, so that Node finds node_modules from it. */
async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const parent = new URL(".stack/", root).pathname;
  await Deno.mkdir(parent, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: parent, prefix: "client-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd: root }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const bundle = (...args: string[]) => run(Deno.execPath(), "bundle", "--quiet", ...args);

Deno.test({
  name: "event bus: it runs under Node",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withFolder(async (folder) => {
      const { organizationId, owner } = await newClinic();
      const schema = { type: "object", properties: { amount: { type: "integer" } } };
      await answerOf(
        owner.client.rpc("declare_event_type", { organization_id: organizationId, type: "invoice.paid", schema }),
      );
      const file = `${folder}/client.mjs`;
      await bundle("--external", "@supabase/supabase-js", "--external", "ws", "-o", file, "tests/e2e/node-client.ts");
      const node = run("node", file, stack.url, stack.publishableKey, owner.token, organizationId);

      const bus = createEventBus({ client: owner.client, organizationId });
      const first = new Promise<void>((resolve) => bus.subscribe("invoice.paid", () => resolve()));
      await Promise.race([first, node]);
      await bus.publish({ type: "invoice.paid", payload: { amount: 2 } });
      assert.equal(await node, "published 1\nheard 1,2 in Node\n");
      await bus.close();
      owner.client.realtime.disconnect();
    }),
});

Deno.test("event bus: it bundles for a browser, small and on its own", () =>
  withFolder(async (folder) => {
    const file = `${folder}/event-bus.js`;
    await bundle("--platform", "browser", "--minify", "-o", file, "shared/client/event-bus.ts");
    const code = await Deno.readTextFile(file);
    assert.ok(code.length < 8_000, `${code.length} bytes`);
    assert.doesNotMatch(code, /\bDeno\b|node:|\bimport\b|\brequire\b|\bprocess\b/);
  }));

Deno.test("event bus: it is typed by what a browser has", () =>
  withFolder(async (folder) => {
    const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
    const config = {
      nodeModulesDir: "none",
      lock: false,
      compilerOptions: { strict: true, lib: ["dom", "dom.iterable", "esnext"] },
      imports,
    };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(config));
    await run(Deno.execPath(), "check", "--quiet", "--config", `${folder}/deno.json`, "shared/client/event-bus.ts");
  }));
