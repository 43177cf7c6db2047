import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "../db/types.ts";
import { drain } from "../jobs/worker.ts";
import { currentTraceparent, tracedFetch, withSpan } from "../tracing/span.ts";
import { createApp } from "./app.ts";
import { authenticate } from "./auth.ts";
import { organizationOf, routeOf } from "./observe.ts";

const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const other = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01";
const id = "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77";

/** Stands in for the Data API: keeps the headers of each call, and answers it. */
function dataApi(answer: (name: string) => unknown) {
  const calls: { name: string; headers: Headers }[] = [];
  const server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    await request.body?.cancel();
    const name = new URL(request.url).pathname.split("/").at(-1)!;
    calls.push({ name, headers: request.headers });
    return Response.json(answer(name));
  });
  return { calls, url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

const settingsOf = (url: string) => ({
  url,
  publishableKeys: { default: "sb_publishable_x" },
  secretKeys: { default: "sb_secret_x" },
  jwks: { keys: [] },
});

Deno.test("a request is named by its route's template, and by nothing else a caller can write", async () => {
  const app = createApp({ name: "orders", settings: settingsOf("http://127.0.0.1:1") });
  const seen: string[] = [];
  app.use(async (c, next) => {
    await next();
    seen.push(routeOf(c, "orders"));
  });
  app.get("/orders/:id", (c) => c.text("it"));
  app.all("/v1/:service/*", (c) => c.text("it"));
  for (const path of [`/orders/orders/${id}`, `/orders/${id}`, "/orders/v1/x/y/z", "/orders/zebra", "/orders"]) {
    await (await app.request(path)).body?.cancel();
  }
  await (await app.request(`/orders/${id}`, { method: "DELETE" })).body?.cancel();
  assert.deepEqual(seen, [
    "/orders/orders/:id",
    "/orders/orders/:id",
    "/orders/v1/:service/*",
    "unmatched",
    "unmatched",
    "unmatched",
  ]);
});

Deno.test("the organization of a request is the one that its validated input names", async () => {
  const app = createApp({ name: "orders", settings: settingsOf("http://127.0.0.1:1") });
  const seen: (string | undefined)[] = [];
  app.get("/orders", async (c) => {
    const { organization_id } = z.object({ organization_id: z.string() }).parse(c.req.query());
    c.req.addValidatedData("query", { organization_id });
    seen.push(organizationOf(c));
    return await c.text("it");
  });
  for (const named of [id, "zebra"]) {
    await (await app.request(`/orders/orders?organization_id=${named}`)).body?.cancel();
  }
  assert.deepEqual(seen, [id, undefined]);
});

Deno.test("the trace of a request reaches the database, and begins where there is none", async () => {
  await using database = dataApi(() => []);
  const app = createApp({ name: "orders", settings: settingsOf(database.url) });
  app.get("/orders", authenticate("guest"), async (c) => {
    await c.var.caller.client.from("services").select();
    return c.text(currentTraceparent()!);
  });
  const ask = async (headers: Record<string, string>) =>
    await (await app.request("/orders/orders", { headers: { apikey: "sb_publishable_x", ...headers } })).text();
  assert.equal(await ask({ traceparent: parent }), parent);
  const begun = await ask({});
  const instead = await ask({ traceparent: `${parent}, ${other}` });
  assert.match(begun, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  assert.notEqual(begun, instead);
  assert.deepEqual(database.calls.map(({ headers }) => headers.get("traceparent")), [parent, begun, instead]);
});

Deno.test("a job continues the trace of its event, and what it does names the event as its cause", async () => {
  const job = { id: 1, kind: "greet", attempts: 1, lease_token: crypto.randomUUID(), traceparent: parent };
  const correlation_id = crypto.randomUUID();
  const event = { ...job, id: 2, event_id: id, traceparent: other, payload: { correlation_id, organization_id: id } };
  let claims: unknown[] = [{ ...job, payload: {}, event_id: null }, event];
  await using database = dataApi((name) => name === "claim_jobs" ? claims.splice(0, claims.length) : null);
  const client = createClient<Database>(database.url, "sb_secret_x", {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch: tracedFetch },
  });
  const seen: (string | undefined)[] = [];
  const handlers = {
    greet: async () => {
      seen.push(currentTraceparent());
      await client.rpc("event_log_health");
    },
  };
  const woken = "00-2af7651916cd43dd8448eb211c80319c-d7ad6b7169203331-01";
  await withSpan("POST /orders/jobs", { parent: woken }, () => drain({ client, queue: "orders", handlers }));
  claims = [];
  assert.deepEqual(seen, [parent, other]);
  const sent = database.calls.filter(({ name }) => name === "event_log_health").map(({ headers }) => [
    headers.get("traceparent"),
    headers.get("x-correlation-id"),
    headers.get("x-causation-id"),
  ]);
  assert.deepEqual(sent, [[parent, null, null], [other, correlation_id, id]]);
  const completed = database.calls.filter(({ name }) => name === "complete_job");
  assert.deepEqual(completed.map(({ headers }) => headers.get("traceparent")), [parent, other]);
  assert.equal(database.calls[0]!.headers.get("traceparent"), woken, "claiming belongs to whoever woke the worker");
});
