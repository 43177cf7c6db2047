import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { type AuthServer, serveAuth } from "../auth/testing.ts";
import type { Db } from "../db.ts";
import { KEYS } from "../keys.ts";
import { openPlatform, openServerPlatform, type Platform, serverUrl } from "../platform-testing.ts";
import { createRealtime, type Realtime } from "./mod.ts";

const POLICIES = `
create policy "read own" on realtime.messages for select to authenticated
  using (realtime.topic() = 'user:' || (select auth.uid()) and coalesce(auth.jwt() -> 'app_metadata' ->> 'left', '') <> 'yes');
create policy "write own" on realtime.messages for insert to authenticated
  with check (realtime.topic() = 'user:' || (select auth.uid()));
create policy "listen to news" on realtime.messages for select to authenticated using (realtime.topic() = 'news');`;

interface Received {
  event: string;
  payload: Record<string, unknown>;
  meta?: { id?: string; replayed?: boolean };
}

interface World {
  server: AuthServer;
  realtime: Realtime;
  db: Db;
  user(): Promise<{ id: string; client: SupabaseClient; email: string }>;
}

const password = "correct horse";

/** Resolves with the status that ends a subscription's beginning: `SUBSCRIBED` or the reason it failed. */
function subscribe(channel: RealtimeChannel): Promise<string> {
  return new Promise((resolve) => {
    channel.subscribe((status, error) => resolve(error ? `${status} ${error.message}` : status));
  });
}

function collect(channel: RealtimeChannel): Received[] {
  const received: Received[] = [];
  channel.on("broadcast", { event: "*" }, (message) => void received.push(message as unknown as Received));
  return received;
}

async function until(fact: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!fact()) {
    assert.ok(Date.now() < deadline, `${what} did not happen within 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const has = (received: Received[], event: string) => received.some((message) => message.event === event);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function withWorld(platform: Platform, run: (world: World) => Promise<void>): Promise<void> {
  const { db } = platform;
  await db.exec(POLICIES);
  const today = new Date().toISOString().slice(0, 10).replaceAll("-", "_");
  await db.exec(`drop table realtime.messages_${today}`); // as after days without a start
  const lines: string[] = [];
  const verify = Promise.withResolvers<AuthServer["auth"]["verify"]>();
  const realtime = await createRealtime(db, {
    keys: KEYS,
    log: (line) => lines.push(line),
    verify: async (token) => (await verify.promise)(token),
  });
  const server = await serveAuth(platform, {
    before: (request) => new URL(request.url).pathname.startsWith("/realtime/") ? realtime.handle(request) : null,
  });
  verify.resolve(server.auth.verify);
  const clients: SupabaseClient[] = [];
  const user = async () => {
    const client = server.client();
    clients.push(client);
    const email = `${crypto.randomUUID()}@example.com`;
    const { data, error } = await client.auth.signUp({ email, password });
    assert.equal(error, null);
    await client.realtime.setAuth(data.session!.access_token);
    return { id: data.user!.id, client, email };
  };
  try {
    await run({ server, realtime, db, user });
    assert.deepEqual(lines, []);
  } finally {
    for (const client of clients) await client.removeAllChannels();
    await realtime.stop();
    await server[Symbol.asyncDispose]();
  }
}

async function exercise(platform: Platform, test: Deno.TestContext): Promise<void> {
  await withWorld(platform, async ({ server, realtime, db, user }) => {
    const ada = await user(), eva = await user();
    const topic = `user:${ada.id}`;
    const send = (event: string, payload: unknown = {}, name = topic) =>
      db.query("select realtime.send($1::text::jsonb, $2::text, $3::text, true)", [
        JSON.stringify(payload),
        event,
        name,
      ]);
    const own = ada.client.channel(topic, {
      config: { private: true, broadcast: { ack: true, self: true }, presence: { key: "ada" } },
    });
    const received = collect(own);
    let present: string[] = [];
    own.on("presence", { event: "sync" }, () => present = Object.keys(own.presenceState()));

    await test.step("a private channel lets in whom the policies let in", async () => {
      assert.equal(await subscribe(own), "SUBSCRIBED");
      const denied = await subscribe(eva.client.channel(topic, { config: { private: true } }));
      assert.match(denied, /CHANNEL_ERROR.*Unauthorized: You do not have permissions to read from this Channel topic/);
    });

    await test.step("what SQL sends arrives once, with its id; a rolled-back send never", async () => {
      await db.tx(async (tx) => {
        await tx.query("select realtime.send('{}', 'never', $1::text, true)", [topic]);
        throw new Error("roll back");
      }).catch(() => {});
      await send("greeting", { hello: "from SQL" });
      await until(() => has(received, "greeting"), "delivery");
      await realtime.idle();
      await pause(100);
      assert.equal(received.filter(({ event }) => event === "greeting").length, 1);
      const [{ payload, meta }] = received as [Received];
      assert.equal(payload.hello, "from SQL");
      assert.equal(meta?.id, payload.id);
      assert.ok(!has(received, "never"));
    });

    await test.step("messages of one transaction keep their order", async () => {
      await db.tx(async (tx) => {
        for (let n = 0; n < 20; n += 1) {
          await tx.query("select realtime.send(jsonb_build_object('n', $1::int), 'step', $2::text, true)", [n, topic]);
        }
      });
      await until(() => received.filter(({ event }) => event === "step").length === 20, "delivery of all");
      const numbers = received.filter(({ event }) => event === "step").map(({ payload }) => payload.n);
      assert.deepEqual(numbers, Array.from({ length: 20 }, (_, n) => n));
    });

    await test.step("bytes from SQL arrive as bytes", async () => {
      await db.query("select realtime.send_binary('\\x00ff7f', 'bytes', $1::text, true)", [topic]);
      await until(() => has(received, "bytes"), "delivery");
      const { payload } = received.find(({ event }) => event === "bytes")!;
      assert.deepEqual(new Uint8Array(payload as unknown as ArrayBuffer), Uint8Array.of(0, 255, 127));
    });

    await test.step("a client sends where the insert policy lets it, and is dropped silently elsewhere", async () => {
      assert.equal(await own.send({ type: "broadcast", event: "mine", payload: { "é": "ü" } }), "ok");
      await until(() => has(received, "mine"), "self-delivery");
      const news = [ada, eva].map(({ client }) => client.channel("news", { config: { private: true } }));
      const heard = collect(news[1]!);
      assert.deepEqual(await Promise.all(news.map(subscribe)), ["SUBSCRIBED", "SUBSCRIBED"]);
      await news[0]!.send({ type: "broadcast", event: "forged", payload: {} });
      await send("official", {}, "news");
      await until(() => has(heard, "official"), "delivery");
      assert.ok(!has(heard, "forged"));
    });

    await test.step("presence", async () => {
      assert.equal(await own.track({ at: 1 }), "ok");
      await until(() => present.includes("ada"), "sync");
      assert.equal(await own.untrack(), "ok");
      await until(() => present.length === 0, "leave");
    });

    await test.step("a public channel of the same name hears nothing private", async () => {
      const open = server.client().channel(topic);
      const heard = collect(open);
      assert.equal(await subscribe(open), "SUBSCRIBED");
      await send("secret");
      await until(() => has(received, "secret"), "delivery");
      await pause(50);
      assert.deepEqual(heard, []);
      await open.unsubscribe();
    });

    await test.step("HTTP sends under the same policies", async () => {
      const post = (path: string, body: unknown, headers: Record<string, string>) =>
        fetch(`${server.url}/realtime/v1/api/broadcast${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
        }).then(async (response) => (await response.body?.cancel(), response.status));
      const message = (event: string) => ({ messages: [{ topic, event, payload: {}, private: true }] });
      const bearer = async (who: typeof ada) =>
        `Bearer ${(await who.client.auth.getSession()).data.session!.access_token}`;
      const publishable = { apikey: KEYS.publishable };
      assert.equal(await post("", message("by-secret"), { apikey: KEYS.secret }), 202);
      assert.equal(await post("", message("by-eva"), { ...publishable, authorization: await bearer(eva) }), 202);
      assert.equal(await post("", message("by-ada"), { ...publishable, authorization: await bearer(ada) }), 202);
      assert.equal(await post(`/${topic}/events/single?private=true`, { x: 1 }, { apikey: KEYS.jobs }), 202);
      for (const event of ["by-secret", "by-ada", "single"]) await until(() => has(received, event), event);
      assert.ok(!has(received, "by-eva"));
      assert.equal(await post("", { messages: [{ topic }] }, { apikey: KEYS.secret }), 422);
      assert.equal(await post("", message("x"), {}), 401);
      assert.equal(await post("", message("x"), { ...publishable, authorization: "Bearer a.b.c" }), 401);
      const token = (await bearer(ada)).slice("Bearer ".length);
      assert.equal(await post("", message("x"), { apikey: token }), 401);
    });

    await test.step("serializer 1.0.0, and what was sent before is replayed to whom may read it", async () => {
      const { data } = await ada.client.auth.getSession();
      const old = server.client(KEYS.publishable, { realtime: { vsn: "1.0.0" } });
      await old.realtime.setAuth(data.session!.access_token);
      const replay = { since: Date.now() - 60_000, limit: 3 };
      const channel = old.channel(topic, { config: { private: true, broadcast: { replay } } });
      const heard = collect(channel);
      assert.equal(await subscribe(channel), "SUBSCRIBED");
      await until(() => heard.length === 3, "replay");
      assert.ok(heard.every(({ meta }) => meta?.replayed));
      assert.deepEqual(heard.map(({ event }) => event), ["step", "bytes", "secret"].slice(-3));
      await send("after");
      await until(() => has(heard, "after"), "delivery");
      await old.removeAllChannels();
    });

    await test.step("a new token goes on with what it allows, and ends what it does not", async () => {
      const admin = server.client(KEYS.secret).auth.admin;
      await admin.updateUserById(ada.id, { app_metadata: { left: "yes" } });
      let closed = "";
      own.on("system", {}, ({ message }) => void (closed = message));
      const { data } = await ada.client.auth.refreshSession();
      await ada.client.realtime.setAuth(data.session!.access_token);
      await until(() => closed !== "", "closing");
      assert.match(closed, /no longer have permission/);
    });
  });
}

Deno.test("Realtime on PGlite", { sanitizeExit: false }, async (test) => {
  await using platform = await openPlatform();
  await exercise(platform, test);
});

Deno.test("Realtime on a native server [needs DATABASE_URL]", { ignore: !serverUrl }, async (test) => {
  await using platform = await openServerPlatform(serverUrl!);
  await exercise(platform, test);
});
