import assert from "node:assert/strict";
import { ApiKey, ApiKeyPage, NewApiKey } from "../../supabase/functions/platform/keys/schemas.ts";
import { accessTest, assertRefused, managersOnly, newCast } from "./access.ts";
import { asKey, newKey, newService, newSuperAdmin, readTable } from "./credentials.ts";
import { asUser, callPlatform } from "./fixture.ts";
import { assertIdempotent, bodyRefusals, refusalsTest } from "./refusals.ts";

const { clinic, outsider, callers } = await newCast();
const organization_id = clinic.organizationId;
const owner = asUser(clinic.owner);
const nobody = crypto.randomUUID();
const members = managersOnly([200]);
const hidden = { ...members, staff: [404, "not_found"], colleague: [404, "not_found"] } as typeof members;
const request = (scopes = ["appointments.read"]) => ({ organization_id, name: "Till", scopes });

const make = async () => ({ id: (await newKey(clinic, ["appointments.read"])).id });
const look = async ({ id }: { id: string }) =>
  (await readTable(`api_keys?id=eq.${id}&select=name,scopes,revoked_at,expires_at`, owner))[1];

accessTest("make a key", callers, {
  expected: {
    ...managersOnly([201]),
    customer: [403, "permission_denied"],
    "other customer": [403, "permission_denied"],
    outsider: [403, "permission_denied"],
  },
  send: (headers) => callPlatform("POST", "/keys", headers, request()),
  accepted: ({ body }) => {
    assert.deepEqual(NewApiKey.parse(body), body);
    assert.ok(body.key.startsWith(`alm_${body.prefix}_`));
  },
});
accessTest("change a key", callers, {
  expected: hidden,
  make,
  look,
  send: (headers, { id }) => callPlatform("PATCH", `/keys/${id}`, headers, { name: "Gate" }),
  accepted: ({ body }) => assert.deepEqual(ApiKey.parse(body), body),
});
accessTest("rotate a key", callers, {
  expected: { ...hidden, owner: [201] },
  make,
  look,
  send: (headers, { id }) => callPlatform("POST", `/keys/${id}/rotate`, headers, {}),
});
accessTest("revoke a key", callers, {
  expected: hidden,
  make,
  look,
  send: (headers, { id }) => callPlatform("DELETE", `/keys/${id}`, headers),
});

Deno.test("list: whoever manages credentials sees them, page by page, and never a secret", async () => {
  const { key } = await newKey(clinic, ["appointments.read"]);
  const path = `/keys?organization_id=${organization_id}&limit=2`;
  const first = await callPlatform("GET", path, owner);
  const page = ApiKeyPage.parse(first.body);
  assert.equal(page.items.length, 2);
  const second = await callPlatform("GET", `${path}&cursor=${page.next_cursor}`, owner);
  assert.ok(ApiKeyPage.parse(second.body).items.every(({ id }) => !page.items.some((seen) => seen.id === id)));
  assert.ok(!`${first.text}${second.text}`.includes(key));
  assert.deepEqual((await callPlatform("GET", path, asUser(outsider))).body.items, []);
});

Deno.test("a key acts with its scopes, in its organization, until it is revoked", async () => {
  const { id, key } = await newKey(clinic, ["organization.read", "resources.read"]);
  for (const headers of [asKey(key), { authorization: `Bearer ${key}` }]) {
    assert.equal((await callPlatform("GET", "/services", headers)).status, 200);
  }
  const [status, rows] = await readTable("resources?select=organization_id", asKey(key));
  assert.equal(status, 200);
  assert.deepEqual([...new Set((rows as { organization_id: string }[]).map((row) => row.organization_id))], [
    organization_id,
  ]);
  assert.deepEqual(await readTable("memberships?select=user_id", asKey(key)), [200, []]);
  await callPlatform("DELETE", `/keys/${id}`, owner);
  assertRefused(await callPlatform("GET", "/services", asKey(key)), [401, "invalid_api_key"], "a revoked key");
  assert.equal((await readTable("organizations", asKey(key)))[0], 401);
});

Deno.test("both keys of a rotation are good until the overlap ends", async () => {
  const old = await newKey(clinic, ["organization.read"]);
  const works = async (key: string) => (await callPlatform("GET", "/services", asKey(key))).status === 200;
  const second = (await callPlatform("POST", `/keys/${old.id}/rotate`, owner, {})).body;
  assert.deepEqual([await works(old.key), await works(second.key)], [true, true]);
  const third = (await callPlatform("POST", `/keys/${second.id}/rotate`, owner, { overlap_seconds: 0 })).body;
  assert.deepEqual([await works(second.key), await works(third.key)], [false, true]);
});

Deno.test("nobody gives more than they have, and no key makes keys", async () => {
  const { key } = await newKey(clinic, ["organization.read", "members.read"]);
  assertRefused(await callPlatform("POST", "/keys", asKey(key), request()), [401, "not_authenticated"], "a key");
  const tier = await callPlatform("POST", "/keys", owner, { ...request(), tier: "premium" });
  assertRefused(tier, [403, "permission_denied"], "a tier of its own choice");
  const admin = await newSuperAdmin();
  const premium = await callPlatform("POST", "/keys", asUser(admin), { ...request(), tier: "premium" });
  assert.deepEqual([premium.status, premium.body.tier], [201, "premium"]);
});

Deno.test("a key made under an idempotency key is made once and told once", async () => {
  const key = { "idempotency-key": crypto.randomUUID() };
  const [first, again] = [
    await callPlatform("POST", "/keys", { ...owner, ...key }, request()),
    await callPlatform("POST", "/keys", { ...owner, ...key }, request()),
  ];
  const { key: secret, ...made } = first.body;
  assert.ok(secret);
  assert.deepEqual([again.status, again.body], [201, made]);
  const { id } = await newService([], { headers: owner, organization_id });
  await assertIdempotent(
    async (body, headers) => {
      const answer = await callPlatform("POST", `/services/${id}/secret`, { ...owner, ...headers }, body);
      delete answer.body.client_secret;
      return answer;
    },
    { overlap_seconds: 60 },
    { overlap_seconds: 61 },
  );
});

const send = (method: string, path: string, body?: unknown, headers = {}) => () =>
  callPlatform(method, path, { ...owner, ...headers }, body);
refusalsTest("keys: what is refused", [
  ...bodyRefusals((body, headers) => callPlatform("POST", "/keys", { ...owner, ...headers }, body)),
  ["no scope", send("POST", "/keys", request([])), 422, "invalid_input"],
  ["a scope that is none", send("POST", "/keys", request(["appointments.eat"])), 422, "invalid_input"],
  ["the scope to make keys", send("POST", "/keys", request(["credentials.manage"])), 422, "invalid_input"],
  [
    "an end in the past",
    send("POST", "/keys", { ...request(), expires_at: "2020-01-01T00:00:00Z" }),
    422,
    "invalid_input",
  ],
  ["another organization", send("POST", "/keys", { ...request(), organization_id: nobody }), 403, "permission_denied"],
  ["no such key", send("PATCH", `/keys/${nobody}`, { name: "x" }), 404, "not_found"],
  ["nothing to change", send("PATCH", `/keys/${nobody}`, {}), 422, "invalid_input"],
  [
    "an overlap of a year",
    send("POST", `/keys/${nobody}/rotate`, { overlap_seconds: 31_536_000 }),
    422,
    "invalid_input",
  ],
  ["a cursor of another", send("GET", `/keys?organization_id=${organization_id}&cursor=x`), 400, "invalid_cursor"],
  ["a key of the wrong form", () => callPlatform("GET", "/services", asKey("alm_x")), 401, "invalid_api_key"],
  [
    "a key that nobody made",
    () => callPlatform("GET", "/services", asKey(`alm_0123abcd_${"x".repeat(43)}`)),
    401,
    "invalid_api_key",
  ],
]);
