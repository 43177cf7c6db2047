import { createRoute, z } from "@hono/zod-openapi";
import assert from "node:assert/strict";
import { createApp, maximumBodyBytes } from "./app.ts";
import { documentOf, problems, ProblemSchema } from "./openapi.ts";

const id = "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77";
const settings = {
  url: "http://127.0.0.1:54321",
  publishableKeys: { default: "sb_publishable_x" },
  secretKeys: { default: "sb_secret_x" },
  jwks: { keys: [] },
};

function testApp() {
  const app = createApp({ name: "orders", settings });
  const json = { "application/json": { schema: z.strictObject({ count: z.int() }) } };
  app.openapi(
    createRoute({
      method: "post",
      path: "/orders",
      request: { body: { required: true, content: json } },
      responses: { 200: { description: "It.", content: json }, ...problems("invalid_input") },
    }),
    (c) => c.json(c.req.valid("json"), 200),
  );
  app.get("/orders/:id", (c) => c.text(c.req.param("id")));
  app.get("/broken", () => {
    throw new Error("relation core.secrets does not exist");
  });
  return app;
}

const app = testApp();
const post = (body: BodyInit, type = "application/json") =>
  app.request("/orders/orders", { method: "POST", body, headers: { "content-type": type } });

async function assertProblem(response: Response, status: number, code: string) {
  const body = ProblemSchema.parse(await response.json());
  assert.deepEqual([response.status, body.status, body.code], [status, status, code]);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(body.request_id, response.headers.get("x-request-id"));
  return body;
}

Deno.test("a collection answers with and without its name in the path", async () => {
  assert.equal((await post('{"count":1}')).status, 200);
  assert.equal(
    (await app.request("/orders", {
      method: "POST",
      body: '{"count":1}',
      headers: { "content-type": "application/json" },
    })).status,
    200,
  );
  for (const path of [`/orders/orders/${id}`, `/orders/${id}`]) {
    assert.equal(await (await app.request(path)).text(), id);
  }
});

Deno.test("an unknown path is 404, a known one with another method 405", async () => {
  await assertProblem(await app.request("/orders/nonsense"), 404, "not_found");
  const refused = await app.request(`/orders/${id}`, { method: "DELETE" });
  assert.equal(refused.headers.get("allow"), "GET, HEAD");
  await assertProblem(refused, 405, "method_not_allowed");
});

Deno.test("a body that is no JSON, of another type or too large is refused", async () => {
  await assertProblem(await post("{"), 400, "invalid_json");
  await assertProblem(await post("count=1", "text/plain"), 415, "unsupported_media_type");
  await assertProblem(await post("x".repeat(maximumBodyBytes + 1)), 413, "payload_too_large");
  const chunks = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024)),
  });
  await assertProblem(await post(chunks), 413, "payload_too_large");
});

Deno.test("wrong types are named with their path", async () => {
  const body = await assertProblem(await post('{"count":"1"}'), 422, "invalid_input");
  assert.equal((body.errors as { path: string }[])[0]?.path, "body.count");
  await assertProblem(await post('{"count":1,"cuont":2}'), 422, "invalid_input");
});

Deno.test("an unexpected failure tells nothing of the inside", async () => {
  const body = await assertProblem(await app.request("/orders/broken"), 500, "internal");
  assert.doesNotMatch(JSON.stringify(body), /secrets/);
});

Deno.test("a request id is passed through when it is one, made when not", async () => {
  const idOf = async (sent: string) =>
    (await app.request("/orders/x", { headers: { "x-request-id": sent } })).headers.get("x-request-id");
  assert.equal(await idOf("abc-123"), "abc-123");
  assert.match((await idOf("bad id\t"))!, /^[0-9a-f-]{36}$/);
  assert.match((await idOf("x".repeat(200)))!, /^[0-9a-f-]{36}$/);
});

Deno.test("browsers of any origin may call, and answers are not sniffed or stored", async () => {
  const preflight = await app.request("/orders/orders", {
    method: "OPTIONS",
    headers: {
      origin: "https://x.org",
      "access-control-request-method": "POST",
      "access-control-request-headers": "idempotency-key,x-new",
    },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-headers"), "idempotency-key,x-new");
  const { headers } = await app.request(`/orders/${id}`, { headers: { origin: "https://x.org" } });
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("cache-control"), "no-store");
});

Deno.test("the document names every path once, with its problems", () => {
  const document = documentOf(app, { title: "Orders", version: "1", description: "" }, settings.url);
  assert.deepEqual(Object.keys(document.paths!), ["/orders/orders"]);
  assert.equal(document.servers![0]!.url, "http://127.0.0.1:54321/functions/v1");
  assert.ok(document.paths!["/orders/orders"]!.post!.responses!["422"]);
});
