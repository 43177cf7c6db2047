import assert from "node:assert/strict";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createApp } from "./app.ts";
import { type Access, authenticate } from "./auth.ts";
import { issuerOf } from "./credentials.ts";

const { privateKey, publicKey } = await generateKeyPair("ES256");
const kid = "s1";
const jwk = { ...await exportJWK(publicKey), kid, alg: "ES256" };
const ids = { id: crypto.randomUUID(), token: crypto.randomUUID(), organization: crypto.randomUUID() };
const key = `alm_0123abcd_${"x".repeat(43)}`;

/** A database that has only the keys; what it is asked with is noted. */
async function withKeys(answer: () => Response, use: (url: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

const settingsOf = (url: string) => ({
  url,
  publishableKeys: { default: "sb_publishable_a" },
  secretKeys: { default: "sb_secret_a" },
  jwks: { keys: [{ ...jwk, kid: "of-users" }] },
});

const sign = (url: string, claims = {}, expires = "15m") =>
  new SignJWT({ service: "scores", organization: ids.organization, scope: "a.b c.d", ...claims })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid }).setSubject(ids.id).setJti(ids.token)
    .setIssuer(issuerOf(settingsOf(url))).setAudience("almanac").setIssuedAt().setExpirationTime(expires)
    .sign(privateKey);

async function who(url: string, allowed: [Access, ...Access[]], headers: Record<string, string>) {
  const app = createApp({ name: "f", settings: settingsOf(url) });
  app.get("/who", authenticate(...allowed), (c) => {
    const { kind, service, userId } = c.var.caller;
    return c.json({ kind, service, userId });
  });
  const response = await app.request("/f/who", { headers });
  const body = await response.json();
  return response.ok ? body : [response.status, body.code];
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const keys = () => Response.json({ keys: [jwk] });

Deno.test("a key is let in where keys are, in either header", () =>
  withKeys(keys, async (url) => {
    const itself = { kind: "key", service: null, userId: null };
    assert.deepEqual(await who(url, ["user", "key"], { "x-api-key": key }), itself);
    assert.deepEqual(await who(url, ["user", "key"], bearer(key)), itself);
    assert.deepEqual(await who(url, ["user", "guest"], { "x-api-key": key }), [401, "not_authenticated"]);
    assert.deepEqual(await who(url, ["key"], { "x-api-key": `${key}x` }), [401, "invalid_api_key"]);
    assert.deepEqual(await who(url, ["key"], {}), [401, "not_authenticated"]);
  }));

Deno.test("a service is let in by its token, which says who it is", () =>
  withKeys(keys, async (url) => {
    const service = {
      id: ids.id,
      tokenId: ids.token,
      name: "scores",
      organizationId: ids.organization,
      scopes: ["a.b", "c.d"],
    };
    const token = await sign(url);
    assert.deepEqual(await who(url, ["service"], bearer(token)), { kind: "service", service, userId: null });
    assert.deepEqual(await who(url, ["service"], { "x-service-token": token }), {
      kind: "service",
      service,
      userId: null,
    });
    assert.deepEqual(await who(url, ["user", "key"], bearer(token)), [401, "not_authenticated"]);
    const both = { "x-service-token": token, "x-api-key": key };
    assert.deepEqual(await who(url, ["service", "key"], both), [401, "invalid_service_token"]);
  }));

Deno.test("expired, of another audience or with odd claims: none", () =>
  withKeys(keys, async (url) => {
    for (
      const token of [await sign(url, {}, "-1m"), await sign(url, { organization: "x" }), await sign(url, { scope: 1 })]
    ) {
      assert.deepEqual(await who(url, ["service", "guest"], bearer(token)), [401, "invalid_service_token"]);
    }
  }));

Deno.test("when the keys cannot be had, it is not the caller's fault", () =>
  withKeys(() => new Response("x", { status: 503 }), async (url) => {
    assert.deepEqual(await who(url, ["service"], bearer(await sign(url))), [503, "unavailable"]);
  }));
