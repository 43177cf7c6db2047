import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
} from "jose";
import { ServiceToken } from "../../supabase/functions/platform/services/token-contract.ts";
import { assertRefused } from "./access.ts";
import { asKey, askToken, asService, newKey, newService, newToken, readTable } from "./credentials.ts";
import { type Answer, asUser, callPlatform, clientFor, newClinic, stack } from "./fixture.ts";
import { refusalsTest } from "./refusals.ts";

const [clinic, bank] = [await newClinic(), await newClinic()];
const organization_id = clinic.organizationId;
const owner = asUser(clinic.owner);
const issuer = `${stack.url}/functions/v1/platform`;
const secret = clientFor(stack.secretKey);
const scopes = ["organization.read", "resources.read"];
const own = await newService(scopes, { headers: owner, organization_id });
const shared = await newService(scopes);
const grant = (to = clinic, granted = scopes) =>
  callPlatform("PUT", `/services/${shared.id}/grants/${to.organizationId}`, asUser(to.owner), { scopes: granted });
const use = (token: string) => callPlatform("GET", "/services", asService(token));
const refusedAs = (answer: Answer, who: string) => assertRefused(answer, [401, "invalid_service_token"], who);

Deno.test("a service gets a token, which anyone can verify and which opens its organization", async () => {
  const { status, body, headers } = await askToken(own);
  assert.equal(status, 200);
  assert.deepEqual(ServiceToken.parse(body), body);
  assert.deepEqual([body.expires_in, body.scope, body.organization_id], [900, scopes.join(" "), organization_id]);
  assert.equal(headers.get("cache-control"), "no-store");
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const { payload, protectedHeader } = await jwtVerify(body.access_token, keys, {
    issuer,
    audience: "almanac",
    typ: "at+jwt",
  });
  assert.deepEqual([protectedHeader.alg, payload.sub, payload.organization], ["ES256", own.id, organization_id]);

  assert.equal((await use(body.access_token)).status, 200);
  const [read, rows] = await readTable("resources?select=organization_id", { "x-service-token": body.access_token });
  assert.equal(read, 200);
  assert.ok((rows as { organization_id: string }[]).length > 0);
  assert.ok((rows as { organization_id: string }[]).every((row) => row.organization_id === organization_id));
});

Deno.test("the ways to ask: form or JSON, Basic or body, fewer scopes", async () => {
  const json = { grant_type: "client_credentials", client_id: own.client_id, client_secret: own.client_secret };
  const asked = await callPlatform("POST", "/services/token", {}, { ...json, scope: "resources.read" });
  assert.deepEqual([asked.status, asked.body.scope], [200, "resources.read"]);
  assert.deepEqual(
    (await readTable("organization_settings?select=organization_id", { "x-service-token": asked.body.access_token }))[
      1
    ],
    [],
  );
  const form = await callPlatform(
    "POST",
    "/services/token",
    { "content-type": "application/x-www-form-urlencoded" },
    new URLSearchParams(json).toString(),
  );
  assert.equal(form.status, 200);
});

Deno.test("a service of the platform is let in by each organization that grants it, and out at once", async () => {
  assertRefused(await askToken(shared, { organization_id }), [403, "service_not_granted"], "not granted");
  await grant();
  const token = await newToken(shared, { organization_id });
  assert.equal((await use(token)).status, 200);
  const other = await askToken(shared, { organization_id: bank.organizationId });
  assertRefused(other, [403, "service_not_granted"], "another organization");
  assert.equal(other.body.error, "unauthorized_client");

  await grant(clinic, ["resources.read"]);
  refusedAs(await use(token), "what a narrower grant took back");
  const narrow = await newToken(shared, { organization_id });
  assertRefused(
    await askToken(shared, { organization_id, scope: "organization.read" }),
    [400, "invalid_scope"],
    "a scope not granted",
  );
  await callPlatform("DELETE", `/services/${shared.id}/grants/${organization_id}`, owner);
  refusedAs(await use(narrow), "what was taken back");
});

Deno.test("a leaked token or secret dies at once", async () => {
  const service = await newService(scopes, { headers: owner, organization_id });
  const leaked = await newToken(service);
  assert.deepEqual((await callPlatform("DELETE", `/services/${service.id}/tokens`, owner)).body, { revoked: 1 });
  refusedAs(await use(leaked), "a revoked token");
  assert.equal((await readTable("resources", { "x-service-token": leaked }))[0], 401);

  const rotated = await callPlatform("POST", `/services/${service.id}/secret`, owner, { overlap_seconds: 60 });
  assert.deepEqual([(await askToken(service)).status, (await askToken(rotated.body)).status], [200, 200]);
  const last = await callPlatform("POST", `/services/${service.id}/secret`, owner, { overlap_seconds: 0 });
  for (const stale of [service, rotated.body]) {
    const answer = await askToken(stale);
    assertRefused(answer, [401, "invalid_client"], "a rotated secret");
    assert.ok(answer.headers.get("www-authenticate")?.startsWith("Basic"));
  }
  const token = await newToken(last.body);
  await callPlatform("DELETE", `/services/${service.id}`, owner);
  refusedAs(await use(token), "a token of a retired service");
  assertRefused(await askToken(last.body), [401, "invalid_client"], "a retired service");
});

Deno.test("what is not signed by us, or not known to the database, is no token", async () => {
  const token = await newToken(own);
  const [header, claims] = token.split(".").slice(0, 2).map((part) =>
    JSON.parse(atob(part.replace(/-/g, "+").replace(/_/g, "/")))
  );
  const { body: jwks } = await callPlatform("GET", "/.well-known/jwks.json", {});
  const publicKey: JWK = jwks.keys.find((key: JWK) => key.kid === header.kid);
  const foreign = await generateKeyPair("ES256", { extractable: true });
  const by = (key: Parameters<SignJWT["sign"]>[0], more = {}, head = {}) =>
    new SignJWT({ ...claims, ...more }).setProtectedHeader({ ...header, ...head }).sign(key);
  const { data } = await secret.rpc("service_signing_key");
  const ours = await importJWK((data as { private_jwk: JWK }).private_jwk, "ES256");

  const forged: Record<string, string> = {
    "alg none": new UnsecuredJWT(claims).encode(),
    "our header under alg none": `${btoa(JSON.stringify({ ...header, alg: "none" })).replace(/=+$/, "")}.${
      token.split(".")[1]
    }.`,
    "HS256 by our public key": await by(new TextEncoder().encode(JSON.stringify(publicKey)), {}, { alg: "HS256" }),
    "another key under our kid": await by(foreign.privateKey),
    "another key it brings along": await by(foreign.privateKey, {}, {
      kid: undefined,
      jwk: await exportJWK(foreign.publicKey),
    }),
    "ours, expired": await by(ours, { exp: claims.iat - 60 }),
    "ours, for another audience": await by(ours, { aud: "bank" }),
    "ours, of another kind": await by(ours, {}, { typ: "JWT" }),
    "ours, never issued": await by(ours, { scope: "audit.read", jti: crypto.randomUUID() }),
    "one byte changed": `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`,
  };
  for (const [what, text] of Object.entries(forged)) refusedAs(await use(text), what);
  const elsewhere = await by(foreign.privateKey, { iss: "https://elsewhere.test" });
  assertRefused(await use(elsewhere), [401, "invalid_token"], "another issuer");
  refusedAs(await callPlatform("GET", "/services", { "x-service-token": elsewhere }), "another issuer, by the header");
  assert.equal((await use(token)).status, 200);
});

Deno.test("one credential at a time, and none hides behind another", async () => {
  const [{ key }, token] = [await newKey(clinic, ["organization.read"]), await newToken(own)];
  refusedAs(await callPlatform("GET", "/services", { ...asKey(key), "x-service-token": token }), "two at once");
  refusedAs(
    await callPlatform("GET", "/services", { ...owner, "x-service-token": "x.y.z" }),
    "a bad token beside a user's",
  );
  assertRefused(
    await callPlatform("GET", "/services", { ...owner, ...asKey("x") }),
    [401, "invalid_api_key"],
    "a bad key beside a user's",
  );
  const beside = await callPlatform("GET", "/services", { ...owner, "x-service-token": token });
  assert.equal(beside.status, 200, "a user through a service");
});

Deno.test("a new signing key verifies the old one's tokens; a compromised one ends them", async () => {
  const operator = { apikey: stack.secretKey };
  const old = await newToken(own);
  assertRefused(
    await callPlatform("POST", "/services/signing-key/retire", owner, {}),
    [403, "permission_denied"],
    "an owner",
  );
  await callPlatform("POST", "/services/signing-key/retire", operator, {});
  const next = await newToken(own);
  assert.notEqual(old.split(".")[0], next.split(".")[0]);
  assert.deepEqual([(await use(old)).status, (await use(next)).status], [200, 200]);
  await callPlatform("POST", "/services/signing-key/retire", operator, { compromised: true });
  for (const token of [old, next]) refusedAs(await use(token), "a token of a compromised key");
  await new Promise((wait) => setTimeout(wait, 1_100)); // a function asks for keys once a second at most
  assert.equal((await use(await newToken(own))).status, 200);
});

Deno.test("a service that never keeps a token is slowed down, and no other with it", async () => {
  const greedy = await newService([], { headers: owner, organization_id });
  const answers = [];
  for (let asked = 0; asked < 7; asked++) {
    answers.push(...await Promise.all(Array.from({ length: 10 }, () => askToken(greedy))));
  }
  assert.ok(answers.filter(({ status }) => status === 200).length >= 60);
  const slowed = answers.find(({ status }) => status !== 200)!;
  assertRefused(slowed, [429, "rate_limited"], "who asks too often");
  assert.ok(slowed.body.retry_after >= 1);
  assert.equal((await askToken(own)).status, 200);
});

Deno.test("no secret is kept in clear", async () => {
  const token = await newToken(own);
  const { key } = await newKey(clinic, ["organization.read"]);
  const [, audit] = await readTable("audit_entries?select=before,after,action", owner);
  const text = JSON.stringify(audit);
  assert.match(text, /api_key.create/);
  for (const clear of [token, key, own.client_secret]) {
    assert.ok(!text.includes(clear));
    assert.ok(!text.includes(createHash("sha256").update(clear).digest("hex")));
  }
});

const ask = (body: unknown, headers = {}) => () => callPlatform("POST", "/services/token", headers, body);
const client = { client_id: own.client_id, client_secret: own.client_secret };
const grant_type = "client_credentials";
refusalsTest("tokens: what is refused", [
  ["a password", ask({ ...client, grant_type: "password" }), 400, "unsupported_grant_type"],
  ["no way named", ask(client), 422, "invalid_input"],
  ["a wrong secret", ask({ ...client, grant_type, client_secret: `alms_${"x".repeat(43)}` }), 401, "invalid_client"],
  ["a wrong id", ask({ ...client, grant_type, client_id: shared.client_id }), 401, "invalid_client"],
  ["an id that is none", ask({ ...client, grant_type, client_id: "' or 1=1" }), 401, "invalid_client"],
  ["no secret", ask({ grant_type, client_id: own.client_id }), 401, "invalid_client"],
  ["Basic that is none", ask({ grant_type }, { authorization: "Basic ÿ".replace("ÿ", "%%%") }), 401, "invalid_client"],
  ["two secrets", ask({ ...client, grant_type }, { authorization: `Basic ${btoa("a:b")}` }), 401, "invalid_client"],
  ["more scope", ask({ ...client, grant_type, scope: "audit.read" }), 400, "invalid_scope"],
  [
    "another organization",
    ask({ ...client, grant_type, organization_id: bank.organizationId }),
    403,
    "service_not_granted",
  ],
  ["no organization", ask({ ...client, ...pick(shared), grant_type }), 422, "invalid_input"],
  ["XML", ask("<a/>", { "content-type": "text/xml" }), 415, "unsupported_media_type"],
  ["no JSON", ask("{", { "content-type": "application/json" }), 400, "invalid_json"],
]);

function pick({ client_id, client_secret }: { client_id: string; client_secret: string }) {
  return { client_id, client_secret };
}
