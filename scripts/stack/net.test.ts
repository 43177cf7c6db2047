import assert from "node:assert/strict";
import type { Db } from "./db.ts";
import { extensionSources } from "./extensions.ts";
import { startNet } from "./net.ts";
import { openPlatform, openServerPlatform, serverUrl } from "./platform-testing.ts";

interface Seen {
  method: string;
  path: string;
  body: string;
  header: string | null;
}

interface Stored {
  status_code: number | null;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
}

function receiver() {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/slow") await new Promise((resolve) => setTimeout(resolve, 400));
    seen.push({
      method: request.method,
      path: pathname + search,
      body: await request.text(),
      header: request.headers.get("x-test"),
    });
    return Response.json({ got: seen.length }, { status: 202 });
  });
  return { seen, url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

async function response(db: Db, id: string): Promise<Stored> {
  const [row] = await db.query<Stored>(
    "select status_code, content, timed_out, error_msg from net._http_response where id = $1::text::bigint",
    [id],
  );
  assert.ok(row, `no response to request ${id}`);
  return row;
}

async function exercise(db: Db): Promise<void> {
  const { seen, url, close } = receiver();
  const lines: string[] = [];
  const net = await startNet(db, { log: (line) => lines.push(line) });
  const ask = async (call: string) => (await db.query<{ id: string }>(`select (${call})::text as id`))[0]!.id;
  try {
    const headers = `'{"x-test":"1"}'`;
    const post = await ask(`net.http_post('${url}/jobs', '{"a":1}', headers => ${headers})`);
    const get = await ask(`net.http_get('${url}/q', '{"b":"1 &2"}')`);
    const slow = await ask(`net.http_get('${url}/slow', timeout_milliseconds => 100)`);
    const refused = await ask("net.http_get('http://127.0.0.1:9/')");
    await db.tx(async (tx) => {
      await tx.query(`select net.http_get('${url}/never')`);
      throw new Error("roll back");
    }).catch(() => {});
    await net.idle();
    assert.deepEqual(seen.find(({ path }) => path === "/jobs"), {
      method: "POST",
      path: "/jobs",
      body: '{"a": 1}',
      header: "1",
    });
    assert.deepEqual((await response(db, post)).status_code, 202);
    assert.match((await response(db, post)).content!, /"got"/);
    assert.ok(seen.some(({ path }) => path === "/q?b=1%20%262"));
    assert.equal((await response(db, get)).error_msg, null);
    assert.deepEqual((await response(db, slow)).timed_out, true);
    assert.ok((await response(db, refused)).error_msg);
    assert.ok(!seen.some(({ path }) => path === "/never"));

    const unasked = await ask(`net.http_get('${url}/unasked')`);
    const deadline = Date.now() + 10_000;
    while (!seen.some(({ path }) => path === "/unasked")) {
      assert.ok(Date.now() < deadline, "the sender did not notice a request by itself");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await net.idle();
    assert.equal((await response(db, unasked)).status_code, 202);
    assert.deepEqual(lines, []);
  } finally {
    await net.stop();
    await close();
  }
}

Deno.test("requests are sent when they have committed, and answers are kept: PGlite", async () => {
  await using platform = await openPlatform();
  await exercise(platform.db);
});

Deno.test({
  name: "requests are sent when they have committed, and answers are kept: native server [needs DATABASE_URL]",
  ignore: !serverUrl,
  fn: async () => {
    await using platform = await openServerPlatform(serverUrl!);
    const { pg_net } = await extensionSources(platform.db);
    if (pg_net === "stand-in") await exercise(platform.db); // else the server sends by itself
  },
});
