import assert from "node:assert/strict";
import { join } from "node:path";
import { KEYS } from "./keys.ts";
import { addNote, type Fixture, noteIds, ownSnapshots, withFixture } from "../testing/fixture.ts";

const snapshots = await ownSnapshots();
globalThis.addEventListener("unload", () => Deno.removeSync(snapshots, { recursive: true }));

const stack = (name: string, use: (fixture: Fixture) => Promise<void>) =>
  Deno.test({ name, fn: () => withFixture(snapshots, use), sanitizeOps: false, sanitizeResources: false });

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { apikey: KEYS.publishable, "content-type": "application/json" },
    body: JSON.stringify({ email: "owner@fixture.test", password: "almanac-demo" }),
  });
  return (await response.json()).access_token;
}

stack("a restart keeps data and sessions, and needs no building", async (fixture) => {
  const first = await fixture.start();
  const port = Number(new URL(first.url).port);
  assert.deepEqual(await noteIds(first), [1]);
  await addNote(first, 2);
  const token = await signIn(first.url);
  await first.stop();
  fixture.notes.length = 0;

  const second = await fixture.start({ port });
  assert.deepEqual(await noteIds(second), [1, 2]);
  const headers = { apikey: KEYS.publishable, authorization: `Bearer ${token}` };
  const user = await fetch(`${second.url}/auth/v1/user`, { headers });
  assert.equal((await user.json()).email, "owner@fixture.test");
  assert.deepEqual(fixture.notes, []);
  await second.stop();
});

stack("--fresh starts over, from the snapshot", async (fixture) => {
  const first = await fixture.start();
  await addNote(first, 2);
  await first.stop();
  fixture.notes.length = 0;
  const second = await fixture.start({ fresh: true });
  assert.deepEqual(await noteIds(second), [1]);
  await second.stop();
  assert.deepEqual(fixture.notes.map((note) => note.replace(/\s+\d.*/, "")), ["database from its snapshot"]);
});

stack("a new migration is applied to the data; a changed one builds the database anew and says so", async (fixture) => {
  const first = await fixture.start();
  await addNote(first, 2);
  await first.stop();

  await fixture.migration("20260102000000_more", "insert into public.notes values (3, 'from a migration');");
  const second = await fixture.start();
  assert.deepEqual(await noteIds(second), [1, 2, 3]);
  await second.stop();

  fixture.notes.length = 0;
  await fixture.migration("20260102000000_more", "insert into public.notes values (4, 'from a migration');");
  const third = await fixture.start();
  assert.deepEqual(await noteIds(third), [1, 4]);
  await third.stop();
  assert.match(
    fixture.notes[0]!,
    /^supabase\/migrations\/20260102000000_more\.sql changed: the database is built anew/,
  );
  assert.ok((await Deno.stat(join(fixture.dataDir, "pgdata.previous"))).isDirectory);
});

stack("a migration that fails is named with its line, and nothing is left half-started", async (fixture) => {
  const broken = "20260102000000_broken";
  await fixture.migration(broken, "select 1;\n\nselect nonsense from nowhere;");
  const message = 'supabase/migrations/20260102000000_broken.sql:3: relation "nowhere" does not exist';
  await assert.rejects(fixture.start(), { name: "StackError", message });
  await assert.rejects(Deno.stat(join(fixture.dataDir, "pgdata")), Deno.errors.NotFound);
  await fixture.migration(broken, "select 1;");
  const mended = await fixture.start();
  assert.deepEqual(await noteIds(mended), [1]);
  await mended.stop();
});

stack("a second stack on the folder, and on the port", async (fixture) => {
  const first = await fixture.start();
  const port = Number(new URL(first.url).port);
  const inUse = new RegExp(`is in use by another stack \\(process ${Deno.pid}\\)`);
  await assert.rejects(fixture.start(), { name: "StackError", message: inUse });
  const elsewhere = join(fixture.root, "elsewhere");
  await assert.rejects(fixture.start({ dataDir: elsewhere, port }), {
    name: "StackError",
    message: new RegExp(`^port ${port} is taken`),
  });
  await assert.rejects(Deno.stat(join(elsewhere, "pgdata")), Deno.errors.NotFound);
  await first.stop();
});

stack("--fresh is refused where it would not start over", async (fixture) => {
  const databaseUrl = "postgresql://postgres@127.0.0.1:1/postgres";
  await assert.rejects(fixture.start({ databaseUrl, fresh: true }), { name: "StackError", message: /^--fresh/ });
});

stack("killed while it writes: nothing acknowledged is lost, the lock is free", async (fixture) => {
  await (await fixture.start()).stop();
  const acknowledged: number[] = [];
  for (const round of [1, 2]) {
    const { url, child } = await spawn(fixture);
    const enough = Promise.withResolvers<void>();
    const writing = (async () => {
      for (let id = round * 1000;; id++) {
        await addNote({ url, keys: KEYS }, id);
        acknowledged.push(id);
        if (acknowledged.length === round * 40) enough.resolve();
      }
    })();
    await Promise.race([enough.promise, writing]);
    child.kill("SIGKILL");
    await assert.rejects(writing);
    await child.status;
  }
  const after = await fixture.start();
  const present = new Set(await noteIds(after));
  await after.stop();
  assert.deepEqual(acknowledged.filter((id) => !present.has(id)), []);
});

async function spawn({ root, dataDir, snapshots }: Fixture): Promise<{ url: string; child: Deno.ChildProcess }> {
  const script = join(import.meta.dirname!, "testdata", "run.ts");
  const args = ["run", "--quiet", "--no-check", "--allow-all", script, root, dataDir, snapshots];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.cancel();
  return { url: new TextDecoder().decode(value).trim(), child };
}
