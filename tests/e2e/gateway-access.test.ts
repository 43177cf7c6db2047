import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { asGuest, asUser, callGateway, newUser, stack, unsigned } from "./fixture.ts";
import {
  asKey,
  asMember,
  newAdapter,
  newCompany,
  newKey,
  newMember,
  operator,
  startUpstream,
} from "./gateway-fixture.ts";

const [company, other] = await Promise.all([newCompany(), newCompany()]);
const [staff, customer, outsider] = await Promise.all([
  newMember(company, "staff"),
  newMember(company, "customer"),
  newUser(),
]);
const { owner } = company;
const [key, weakKey, foreignKey] = await Promise.all([
  newKey(company),
  newKey(company, ["statistics.read"]),
  newKey(other),
]);

const ask = async (name: string, headers: Record<string, string>) => {
  const { status, body } = await callGateway("GET", `/v1/${name}/x`, headers);
  return status === 200 ? "200" : `${status} ${body.code}`;
};

Deno.test("a service of an organization is called by its people and programs, and by nobody else", async (t) => {
  const upstream = startUpstream();
  const { name, id } = await newAdapter(company, upstream.url);
  const callers: [string, Record<string, string>, string][] = [
    ["its owner", asMember(owner, company), "200"],
    ["a member of staff", asMember(staff, company), "200"],
    ["an API key with the scope", asKey(key), "200"],
    ["the same as a bearer", { authorization: `Bearer ${key}` }, "200"],
    ["a customer, whose role does not have it", asMember(customer, company), "403 permission_denied"],
    ["a key without the scope", asKey(weakKey), "403 permission_denied"],
    ["an outsider", asMember(outsider, company), "403 foreign_organization"],
    [
      "a key of another organization",
      { ...asKey(foreignKey), "x-organization-id": company.organizationId },
      "403 foreign_organization",
    ],
    ["a key that names no organization, so its own", asKey(foreignKey), "404 service_not_found"],
    ["a user who names no organization", asUser(owner), "404 service_not_found"],
    ["a guest", { ...asGuest(), "x-organization-id": company.organizationId }, "401 not_authenticated"],
    ["nobody", { "x-organization-id": company.organizationId }, "401 not_authenticated"],
    [
      "a token without a signature",
      { ...asMember(owner, company), authorization: `Bearer ${unsigned(owner)}` },
      "401 invalid_token",
    ],
    ["a key that was made up", asKey(`alm_00000000_${"A".repeat(43)}`), "401 invalid_api_key"],
    ["what has not even the form of a key", asKey("alm_x"), "401 invalid_api_key"],
    ["the project's secret key, which is no caller's", { apikey: stack.secretKey }, "401 invalid_api_key"],
  ];
  try {
    for (const [who, headers, expected] of callers) {
      await t.step(who, async () => assert.equal(await ask(name, headers), expected));
    }
    const passed = upstream.seen.length;
    assert.equal(passed, 4, "nobody refused reached the service");
    await t.step("a guest where the route lets guests in", async () => {
      await answerOf(operator.rpc("set_service_route", { service_id: id, route: { access: ["guest", "user"] } }));
      assert.equal(await ask(name, { ...asGuest(), "x-organization-id": company.organizationId }), "200");
      assert.equal(await ask(name, asKey(key)), "403 caller_not_allowed");
    });
    await t.step("a customer where the route asks for no permission", async () => {
      await answerOf(operator.rpc("set_service_route", { service_id: id, route: { permission: null } }));
      assert.equal(await ask(name, asMember(customer, company)), "200");
    });
  } finally {
    await upstream.stop();
  }
});

Deno.test("a key that has expired or was revoked calls nothing", async () => {
  const upstream = startUpstream();
  try {
    const { name } = await newAdapter(company, upstream.url);
    const soon = await newKey(company, ["gateway.call"], new Date(Date.now() + 1_500).toISOString());
    assert.equal(await ask(name, asKey(soon)), "200");
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    assert.equal(await ask(name, asKey(soon)), "401 invalid_api_key");
    const made = await answerOf(owner.client.rpc("create_api_key", {
      organization_id: company.organizationId,
      name: "to revoke",
      scopes: ["gateway.call"],
    })) as { id: string; key: string };
    assert.equal(await ask(name, asKey(made.key)), "200");
    await answerOf(owner.client.rpc("revoke_api_key", { api_key_id: made.id }));
    assert.equal(await ask(name, asKey(made.key)), "401 invalid_api_key");
  } finally {
    await upstream.stop();
  }
});

Deno.test("methods and paths that are not open stay closed", async () => {
  const upstream = startUpstream();
  const route = { allowed_methods: ["GET"], allowed_paths: ["/v1/messages", "/v1/files/*"] };
  try {
    const { name } = await newAdapter(company, upstream.url, { route });
    const at = async (method: string, path: string) => {
      const { status, body } = await callGateway(method, `/v1/${name}${path}`, asKey(key));
      return status === 200 ? "200" : `${status} ${body.code}`;
    };
    assert.equal(await at("GET", "/v1/messages"), "200");
    assert.equal(await at("GET", "/v1/files/a/b"), "200");
    assert.equal(await at("POST", "/v1/messages"), "405 method_not_allowed");
    for (
      const path of ["/v1/messages/7", "/v1/filesystem", "/", "/v1/files/../accounts", "/v1/files/%2e%2e/accounts"]
    ) {
      assert.equal(await at("GET", path), "403 path_not_allowed", path);
    }
    for (const path of ["/v1/files/..%2faccounts", "/v1/files//accounts", "/v1/files/%252e%252e/accounts"]) {
      assert.equal(await at("GET", path), "400 invalid_path", path);
    }
    assert.deepEqual(upstream.seen.map(({ path }) => path), ["/v1/messages", "/v1/files/a/b"]);
  } finally {
    await upstream.stop();
  }
});

Deno.test("an organization cannot take the name of one of the platform's services, nor see another's", async () => {
  const save = (name: string) =>
    owner.client.rpc("save_adapter", {
      organization_id: company.organizationId,
      adapter: { name, endpoint: "https://example.com", scheme: "none" },
    });
  assert.equal((await save("appointments")).error?.message, "service_name_taken");
  const { name, id } = await newAdapter(company, "https://example.com", { scheme: "bearer", secret: "hush-hush" });
  assert.equal(await ask(name, asMember(other.owner, other)), "404 service_not_found");
  const theirs = [
    await other.owner.client.rpc("list_adapters", { organization_id: company.organizationId }),
    await other.owner.client.rpc("set_service_route", { service_id: id, route: { retries: 0 } }),
    await other.owner.client.rpc("remove_adapter", { service_id: id }),
    await other.owner.client.rpc("admit_request", { request: {} }),
    await other.owner.client.rpc("cache_lookup", { keys: [] }),
  ];
  for (const { data, error } of theirs) assert.ok(error && !data, JSON.stringify(data));
  const { data: mine } = await owner.client.rpc("list_adapters", { organization_id: company.organizationId });
  assert.ok(
    JSON.stringify(mine).includes(name) && !JSON.stringify(mine).includes("hush-hush"),
    "nobody is told a secret",
  );
});
