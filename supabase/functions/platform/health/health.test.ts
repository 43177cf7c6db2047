import assert from "node:assert/strict";
import { createApp } from "../../../../shared/http/app.ts";
import { newestMigration } from "../../../../shared/db/newest-migration.ts";
import { registerHealthChecks } from "./routes.ts";

type Statuses = Record<string, "ok" | "degraded" | "failed">;

const checksOf = (statuses: Statuses) =>
  Object.entries(statuses).map(([name, status]) => ({ name, status, detail: `inside of ${name}` }));

/** The platform's routes before a database that answers in this way. */
async function withDatabase(
  answer: (name: string, body: { migration?: string }) => unknown,
  use: (get: (path: string, headers?: Record<string, string>) => Promise<Response>) => Promise<void>,
  secretKeys: Record<string, string> = { default: "sb_secret_a", jobs: "sb_secret_jobs" },
): Promise<void> {
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const name = new URL(request.url).pathname.split("/").at(-1)!;
    const told = await answer(name, await request.json());
    return told instanceof Response ? told : Response.json(told);
  });
  const settings = { url: `http://127.0.0.1:${server.addr.port}`, publishableKeys: { default: "sb_publishable_a" } };
  const app = createApp({ name: "platform", settings: { ...settings, secretKeys, jwks: { keys: [] } } });
  registerHealthChecks(app);
  await use(async (path, headers = {}) => await app.request(`/platform${path}`, { headers }));
}

const health = (statuses: Statuses, now = () => new Date()) => () => ({ now: now(), checks: checksOf(statuses) });
const unwell = { "event_log": "failed", "ticker": "ok" } as const;

Deno.test("what is degraded is answered with 200, and with 503 to whoever asks strictly", () =>
  withDatabase(health({ event_log: "ok", dead_letters: "degraded" }), async (get) => {
    const response = await get("/health");
    assert.deepEqual([response.status, (await response.json()).status], [200, "degraded"]);
    const strict = await get("/health?strict=true");
    assert.deepEqual([strict.status, (await strict.json()).status], [503, "degraded"]);
  }));

Deno.test("what has failed is 503, with each check and without its inside", () =>
  withDatabase(health(unwell), async (get) => {
    const response = await get("/health");
    const text = await response.text();
    assert.equal(response.status, 503);
    const { status, checks } = JSON.parse(text);
    assert.equal(status, "failed");
    assert.deepEqual(checks.find(({ name }: { name: string }) => name === "event_log"), {
      name: "event_log",
      status: "failed",
    });
    assert.doesNotMatch(text, /inside/);
    const told = await get("/health", { apikey: "sb_secret_a" });
    assert.match(await told.text(), /inside of event_log/);
  }));

Deno.test("a database that refuses, breaks off or talks nonsense is 503, and its words are not passed on", async () => {
  const answers: (() => unknown)[] = [
    () => new Response("relation core.secrets does not exist", { status: 500 }),
    () => Response.json({ code: "42501", message: "permission denied for core.secrets" }, { status: 403 }),
    () => ({ nonsense: "core.secrets" }),
    () => new Response("<html>core.secrets</html>"),
  ];
  for (const answer of answers) {
    await withDatabase(answer, async (get) => {
      for (const path of ["/health", "/ready"]) {
        const response = await get(path, { apikey: "sb_secret_a" });
        const text = await response.text();
        assert.equal(response.status, 503, text);
        assert.match(text, /"name":"database","status":"failed"/);
        assert.doesNotMatch(text, /core\.secrets/);
      }
    });
  }
});

Deno.test("a database that hangs is 503 within a few seconds", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  await withDatabase(() => promise, async (get) => {
    const asked = performance.now();
    const response = await get("/health");
    assert.equal(response.status, 503);
    assert.ok(performance.now() - asked < 6_000, "a load balancer does not wait for ever");
    await response.body?.cancel();
    resolve(new Response());
  });
});

Deno.test("a clock that is wrong is degraded", () =>
  withDatabase(health({ event_log: "ok" }, () => new Date(Date.now() - 60_000)), async (get) => {
    const { status, checks } = await (await get("/health")).json();
    assert.equal(status, "degraded");
    assert.equal(checks.find(({ name }: { name: string }) => name === "clock").status, "degraded");
  }));

Deno.test("whoever asks all the time costs the database one question a second", async () => {
  let asked = 0;
  await withDatabase(() => (asked += 1, health({ event_log: "ok" })()), async (get) => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => get("/health")));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal(asked, 1);
  });
});

Deno.test("ready asks for the newest migration of this code and for the key named jobs", async () => {
  const ready = (migrations: "ok" | "failed") => (_: string, body: { migration?: string }) => {
    assert.equal(body.migration, newestMigration);
    return checksOf({ migrations, vault: "ok" });
  };
  await withDatabase(ready("ok"), async (get) => assert.equal((await get("/ready")).status, 200));
  await withDatabase(ready("failed"), async (get) => assert.equal((await get("/ready")).status, 503));
  const unnamed = { default: "sb_secret_a" };
  await withDatabase(ready("ok"), async (get) => {
    const response = await get("/ready");
    assert.equal(response.status, 503);
    assert.match(await response.text(), /"name":"keys","status":"failed"/);
  }, unnamed);
});
