import assert from "node:assert/strict";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { createApp } from "./app.ts";
import { type Access, authenticate } from "./auth.ts";

const { privateKey, publicKey } = await generateKeyPair("ES256");
const kid = "k1";
const settings = {
  url: "http://127.0.0.1:54321",
  publishableKeys: { default: "sb_publishable_a", web: "sb_publishable_b" },
  secretKeys: { default: "sb_secret_a", jobs: "sb_secret_jobs" },
  jwks: { keys: [{ ...await exportJWK(publicKey), kid, alg: "ES256" }] },
};

const sign = (expires = "1h", key = privateKey) =>
  new SignJWT({ role: "authenticated" }).setSubject("u-1").setProtectedHeader({ alg: "ES256", kid })
    .setExpirationTime(expires).sign(key);

async function statusFor(allowed: [Access, ...Access[]], headers: Record<string, string>) {
  const app = createApp({ name: "f", settings });
  app.get("/who", authenticate(...allowed), (c) => c.json({ kind: c.var.caller.kind, user: c.var.caller.userId }));
  const response = await app.request("/f/who", { headers });
  const body = await response.json();
  return response.ok ? body : [response.status, body.code];
}

Deno.test("each caller is let in by their own proof", async () => {
  const token = await sign();
  assert.deepEqual(await statusFor(["user", "guest"], { authorization: `Bearer ${token}` }), {
    kind: "user",
    user: "u-1",
  });
  assert.deepEqual(await statusFor(["user", "guest"], { apikey: "sb_publishable_b" }), { kind: "guest", user: null });
  assert.deepEqual(await statusFor(["jobs"], { apikey: "sb_secret_jobs" }), { kind: "jobs", user: null });
  assert.deepEqual(await statusFor(["user", "link"], {}), { kind: "link", user: null });
});

Deno.test("no proof, or one for another route, is 401", async () => {
  assert.deepEqual(await statusFor(["user"], {}), [401, "not_authenticated"]);
  assert.deepEqual(await statusFor(["user"], { apikey: "sb_publishable_a" }), [401, "not_authenticated"]);
  assert.deepEqual(await statusFor(["user", "guest"], { apikey: "sb_publishable_wrong" }), [401, "invalid_api_key"]);
  assert.deepEqual(await statusFor(["jobs"], { apikey: "sb_secret_a" }), [401, "invalid_api_key"]);
  assert.deepEqual(await statusFor(["jobs"], { authorization: `Bearer ${await sign()}` }), [401, "not_authenticated"]);
});

Deno.test("a forged, unsigned, expired or foreign token is 401, also where guests may call", async () => {
  const foreign = (await generateKeyPair("ES256")).privateKey;
  const unsigned = new UnsecuredJWT({ role: "service_role" }).setSubject("u-1").setExpirationTime("1h").encode();
  const named = btoa(JSON.stringify({ alg: "none", kid })).replace(/=+$/, "");
  const forged = [unsigned, `${named}.${unsigned.split(".")[1]}.`, await sign("-1h"), await sign("1h", foreign), "x"];
  for (const token of forged) {
    const headers = { authorization: `Bearer ${token}`, apikey: "sb_publishable_a" };
    assert.deepEqual(await statusFor(["user", "guest", "link"], headers), [401, "invalid_token"], token);
  }
});

Deno.test("a user's token in the apikey slot is 401, whatever else is sent", async () => {
  const token = await sign();
  assert.deepEqual(await statusFor(["user", "guest", "link"], { apikey: token }), [401, "invalid_api_key"]);
  assert.deepEqual(await statusFor(["user"], { apikey: token, authorization: `Bearer ${token}` }), [
    401,
    "invalid_api_key",
  ]);
});
