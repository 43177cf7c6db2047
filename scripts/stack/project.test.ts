import assert from "node:assert/strict";
import { join } from "node:path";
import { readProject } from "./project.ts";

async function withProject(config: string, use: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(join(root, "supabase", "migrations"), { recursive: true });
  await Deno.writeTextFile(join(root, "supabase", "config.toml"), config);
  await use(root);
  await Deno.remove(root, { recursive: true });
}

Deno.test("a project without a seed and with the least of settings", () =>
  withProject(`[api]\nschemas = ["public"]\nmax_rows = 10`, async (root) => {
    const { config, migrations, seed } = await readProject(root);
    assert.deepEqual([config.auth.jwt_expiry, config.auth.email.enable_confirmations], [3600, false]);
    assert.deepEqual([migrations, seed], [[], undefined]);
  }));

Deno.test("settings that cannot be used are named", async () => {
  const named = (config: string, message: RegExp) =>
    withProject(config, (root) => assert.rejects(readProject(root), { name: "StackError", message }));
  await named("[api", /^supabase\/config\.toml: /);
  await named("[api]\nschemas = []\nmax_rows = 10", /^supabase\/config\.toml: .*schemas/);
  await named("", /^supabase\/config\.toml: .*api/);
});
