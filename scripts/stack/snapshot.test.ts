import assert from "node:assert/strict";
import { join } from "node:path";
import { emptyPrefix, snapshotsIn } from "./snapshot.ts";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function makeTree(path: string, content: string): Promise<void> {
  await Deno.mkdir(join(path, "inner"), { recursive: true });
  await Deno.writeTextFile(join(path, "inner", "file"), content);
}

const contentOf = (path: string) => Deno.readTextFile(join(path, "inner", "file"));

Deno.test("a snapshot comes back as it was kept, whatever became of the original", () =>
  withFolder(async (folder) => {
    const snapshots = snapshotsIn(join(folder, "snapshots"));
    assert.equal(snapshots.has("key"), false);
    await makeTree(join(folder, "data"), "then");
    await snapshots.keep("key", join(folder, "data"));
    await makeTree(join(folder, "data"), "now");
    await snapshots.restore("key", join(folder, "restored"));
    assert.equal(await contentOf(join(folder, "restored")), "then");
  }));

Deno.test("what cannot be restored leaves nothing behind", () =>
  withFolder(async (folder) => {
    const snapshots = snapshotsIn(join(folder, "snapshots"));
    await assert.rejects(snapshots.restore("unknown", join(folder, "restored")));
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  }));

Deno.test("the oldest snapshots go, those of empty databases stay", () =>
  withFolder(async (folder) => {
    const snapshots = snapshotsIn(join(folder, "snapshots"));
    await makeTree(join(folder, "data"), "x");
    const keys = [`${emptyPrefix}1`, "a", "b", "c", "d", "e"];
    for (const key of keys) {
      await snapshots.keep(key, join(folder, "data"));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(keys.filter((key) => snapshots.has(key)), [`${emptyPrefix}1`, "b", "c", "d", "e"]);
  }));
