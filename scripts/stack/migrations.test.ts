import assert from "node:assert/strict";
import { readMigrations } from "./migrations.ts";

async function withFiles(files: Record<string, string>, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
  await use(folder);
  await Deno.remove(folder, { recursive: true });
}

Deno.test("migrations are read in the order of their versions, other files left alone", () =>
  withFiles({ "2_b.sql": "b", "10_c.sql": "c", "1_a_b.sql": "a", "README.md": "", "x_1.sql": "" }, async (folder) => {
    const migrations = await readMigrations(folder);
    // versions are text, as in the CLI
    assert.deepEqual(migrations.map(({ version, name, text }) => [version, name, text]), [
      ["1", "a_b", "a"],
      ["10", "c", "c"],
      ["2", "b", "b"],
    ]);
    assert.equal(migrations[0]!.file, "supabase/migrations/1_a_b.sql");
  }));

Deno.test("two migrations of one version are refused", () =>
  withFiles({ "1_a.sql": "", "1_b.sql": "" }, async (folder) => {
    await assert.rejects(readMigrations(folder), {
      name: "StackError",
      message: /_[ab]\.sql: another .* version 1 too/,
    });
  }));
