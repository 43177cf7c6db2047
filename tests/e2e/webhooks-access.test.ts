import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { accessTest, type Caller, type Expected, managersOnly, newCast, signedInOnly } from "./access.ts";
import { asUser, callPlatform, secretWord } from "./fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const { clinic, callers, customer } = await newCast();
const asOwner = asUser(clinic.owner);
const organization_id = clinic.organizationId;
const url = `https://example.com/${secretWord}`;
const body = (more: object = {}) => ({
  organization_id,
  name: `${secretWord} ${crypto.randomUUID()}`,
  types: ["none.such"],
  url: "http://127.0.0.1:9/hook",
  ...more,
});

const create = (headers: Record<string, string>, more: object = {}) =>
  callPlatform("POST", "/webhooks", headers, body(more));

async function make() {
  const { status, body, text } = await create(asOwner);
  assert.equal(status, 201, text);
  return { id: body.id as string };
}
const look = async ({ id }: { id: string }) => (await callPlatform("GET", `/webhooks/${id}`, asOwner)).body;

/** Whose organization it is not is told that they may not; there is no telling whether it exists. */
const inOrganization = (allowed: Expected): Record<Caller, Expected> => ({
  ...managersOnly(allowed),
  customer: [403, "permission_denied"],
  "other customer": [403, "permission_denied"],
  outsider: [403, "permission_denied"],
  ...signedInOnly,
});

accessTest("make a webhook", callers, { expected: inOrganization([201]), send: (headers) => create(headers) });
accessTest("list webhooks", callers, {
  expected: inOrganization([200]),
  send: (headers) => callPlatform("GET", `/webhooks?organization_id=${organization_id}`, headers),
});

const ofOne: [name: string, method: string, path: string, body: unknown, status: number, reads?: boolean][] = [
  ["read a webhook", "GET", "", undefined, 200, true],
  ["change a webhook", "PATCH", "", { status: "paused" }, 200],
  ["rotate a secret", "POST", "/rotate-secret", {}, 200],
  ["list attempts", "GET", "/deliveries", undefined, 200, true],
  ["list dead letters", "GET", "/dead-letters", undefined, 200, true],
  ["redrive dead letters", "POST", "/redrive", {}, 200],
  ["test a webhook", "POST", "/test", undefined, 200],
  ["delete a webhook", "DELETE", "", undefined, 204],
];
for (const [name, method, path, sent, status, reads] of ofOne) {
  accessTest(name, callers, {
    expected: managersOnly([status]),
    send: (headers, { id }) => callPlatform(method, `/webhooks/${id}${path}`, headers, sent),
    make,
    look,
    reads,
  });
}

Deno.test("nobody but the platform delivers, and no secret is read past the answer that told it", async () => {
  const { id } = await make();
  for (const [who, headers] of Object.entries(callers)) {
    const { status } = await callPlatform("POST", "/webhooks/deliver", headers);
    assert.equal(status, 401, who);
  }
  const outsiders = [clinic.owner, clinic.staff, customer];
  for (const { client } of outsiders) {
    const worker = { worker_id: crypto.randomUUID(), room: 10, suspects_room: 1 };
    await assert.rejects(answerOf(client.rpc("claim_webhooks", worker)), /permission_denied/);
    await assert.rejects(answerOf(client.rpc("webhook_test_target", { webhook_id: id })), /permission_denied/);
  }
  const rows = await answerOf(clinic.owner.client.from("webhook_endpoints").select("*").eq("subscription_id", id));
  assert.equal(rows.length, 1);
  assert.doesNotMatch(JSON.stringify(rows), /whsec_/);
  for (const { client } of [clinic.staff, customer]) {
    assert.deepEqual(await answerOf(client.from("webhook_endpoints").select("*")), []);
    assert.deepEqual(await answerOf(client.from("webhook_deliveries").select("*")), []);
  }
});

Deno.test("the same key makes one webhook, and tells its secret again", async () => {
  const send = (sent: unknown, key: Record<string, string>) =>
    callPlatform("POST", "/webhooks", { ...asOwner, ...key }, sent);
  const first = body();
  await assertIdempotent(send, first, { ...first, url: "http://127.0.0.1:9/other" });
});

const refusedUrls: [string, string][] = [
  ["over http", "http://example.com/"],
  ["of another protocol", "ftp://example.com/"],
  ["no address", "example"],
  ["with credentials", "https://me:word@example.com/"],
  ["of loopback by name", "https://localhost/"],
  ["of loopback by a name's last dot", "https://localhost./"],
  ["of loopback, IPv6", "https://[::1]/"],
  ["of loopback inside IPv6", "https://[::ffff:127.0.0.1]/"],
  ["of NAT64", "https://[64:ff9b::7f00:1]/"],
  ["of a private network", "https://10.0.0.1/"],
  ["of another private network", "https://192.168.1.1/"],
  ["of a carrier's network", "https://100.64.0.1/"],
  ["of the metadata of a cloud", "https://169.254.169.254/latest"],
  ["of the metadata by name", "https://metadata.google.internal/"],
  ["in decimal", "https://2130706433/"],
  ["in octal", "https://0177.0.0.1/"],
  ["in hex", "https://0x7f.0.0.1/"],
  ["too short", "https://127.1/"],
  ["of multicast", "https://224.0.0.1/"],
  ["of the mail port", "https://example.com:25/"],
  ["with a space", "https://exa mple.com/"],
];

const patch = async (sent: unknown) => callPlatform("PATCH", `/webhooks/${(await make()).id}`, asOwner, sent);
const refusals: Refusal[] = [
  ...bodyRefusals((sent, headers) => callPlatform("POST", "/webhooks", { ...asOwner, ...headers }, sent)),
  ...refusedUrls.map(([name, refused]): Refusal => [name, () => create(asOwner, { url: refused }), 422, "url_refused"]),
  ["changed to loopback", () => patch({ url: "https://localhost/" }), 422, "url_refused"],
  ["a name of no address", () => create(asOwner, { url: "https://no-such-name.invalid/" }), 422, "url_refused"],
  ["an address that is too long", () => create(asOwner, { url: `${url}${"x".repeat(2_000)}` }), 422, "invalid_input"],
  ["no types", () => create(asOwner, { types: [] }), 422, "invalid_input"],
  ["a type that is none", () => create(asOwner, { types: ["Not A Type"] }), 422, "invalid_input"],
  ["a timeout of an hour", () => create(asOwner, { timeout_seconds: 3600 }), 422, "invalid_input"],
  ["too many members", () => create(asOwner, { members: 65 }), 422, "invalid_input"],
  ["no change", () => patch({}), 422, "invalid_input"],
  ["a status of the platform's", () => patch({ status: "disabled" }), 422, "invalid_input"],
  ["no uuid", () => callPlatform("GET", "/webhooks/one", asOwner), 422, "invalid_input"],
  [
    "a cursor of nobody's",
    async () => {
      const { id } = await make();
      return callPlatform("GET", `/webhooks/${id}/deliveries?cursor=x`, asOwner);
    },
    400,
    "invalid_cursor",
  ],
  [
    "a webhook that is not there",
    () => callPlatform("GET", `/webhooks/${crypto.randomUUID()}`, asOwner),
    404,
    "not_found",
  ],
];
refusalsTest("webhooks: what is wrong is refused", refusals);

Deno.test("a command refuses an address by itself, whoever calls it", async () => {
  for (const [name, refused] of refusedUrls) {
    const webhook = { name: crypto.randomUUID(), types: ["*"], url: refused };
    await assert.rejects(
      answerOf(clinic.owner.client.rpc("create_webhook", { organization_id, webhook })),
      /url_refused/,
      name,
    );
  }
});
