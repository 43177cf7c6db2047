import assert from "node:assert/strict";
import { NewService, RegisteredService, ServiceDetails } from "../../supabase/functions/platform/services/schemas.ts";
import { accessTest, assertRefused, managersOnly, newCast } from "./access.ts";
import { asKey, asService, newKey, newService, newSuperAdmin, newToken } from "./credentials.ts";
import { asUser, callPlatform, clientFor, newClinic, stack } from "./fixture.ts";
import { assertIdempotent, bodyRefusals, refusalsTest } from "./refusals.ts";

const { clinic, callers, outsider } = await newCast();
const organization_id = clinic.organizationId;
const owner = asUser(clinic.owner);
const operator = { apikey: stack.secretKey };
const nobody = crypto.randomUUID();
// A key of the project is asked for here, and the publishable one is not it.
const managers = { ...managersOnly([200]), guest: [401, "invalid_api_key"] as [number, string] };
const hidden = { ...managers, staff: [404, "not_found"], colleague: [404, "not_found"] } as typeof managers;
const refused = [403, "permission_denied"] as [number, string];
const granting = { ...managers, customer: refused, "other customer": refused, outsider: refused };
let names = 0;
const request = (more = {}) => ({
  organization_id,
  name: `scores-${organization_id.slice(-8)}-${names++}`,
  version: "1.0.0",
  endpoint: "https://scores.example.test",
  capabilities: ["scoring"],
  ...more,
});

const make = () => newService(["appointments.read"], { headers: owner, organization_id, capabilities: ["scoring"] });
const look = async ({ id }: { id: string }) => {
  const { health: _, ...service } = (await callPlatform("GET", `/services/${id}`, owner)).body;
  return service;
};

accessTest("register a service", callers, {
  expected: { ...granting, owner: [201] },
  send: (headers) => callPlatform("POST", "/services", headers, request()),
  accepted: ({ body }) => assert.deepEqual(NewService.parse(body), body),
});
accessTest("change a service", callers, {
  expected: hidden,
  make,
  look,
  send: (headers, { id }) => callPlatform("PATCH", `/services/${id}`, headers, { version: "2.0.0" }),
  accepted: ({ body }) => assert.deepEqual(RegisteredService.parse(body), body),
});
accessTest("rotate a secret", callers, {
  expected: { ...hidden, owner: [201] },
  make,
  look,
  send: (headers, { id }) => callPlatform("POST", `/services/${id}/secret`, headers, {}),
});
accessTest("revoke tokens", callers, {
  expected: hidden,
  make,
  look,
  send: (headers, { id }) => callPlatform("DELETE", `/services/${id}/tokens`, headers),
});
accessTest("retire a service", callers, {
  expected: hidden,
  make,
  look,
  send: (headers, { id }) => callPlatform("DELETE", `/services/${id}`, headers),
});
accessTest("read a service", callers, {
  expected: { ...managers, staff: [200], colleague: [200] },
  make,
  reads: true,
  send: (headers, { id }) => callPlatform("GET", `/services/${id}`, headers),
  accepted: ({ body }, who) => {
    assert.deepEqual(ServiceDetails.parse(body), body);
    assert.equal(body.secrets === null, who !== "owner");
  },
});

const shared = await newService(["appointments.read"], { capabilities: ["translating"] });
accessTest("grant a service of the platform", callers, {
  expected: granting,
  send: (headers) =>
    callPlatform("PUT", `/services/${shared.id}/grants/${organization_id}`, headers, { scopes: ["appointments.read"] }),
});
accessTest("take a grant back", callers, {
  expected: { ...granting, owner: [204] },
  make: async () => {
    await callPlatform("PUT", `/services/${shared.id}/grants/${organization_id}`, owner, { scopes: [] });
    return shared;
  },
  send: (headers, { id }) => callPlatform("DELETE", `/services/${id}/grants/${organization_id}`, headers),
});

Deno.test("the platform's own services are for who runs it", async () => {
  const { organization_id: _, ...platforms } = request();
  assertRefused(await callPlatform("POST", "/services", owner, platforms), refused, "an owner");
  const admin = asUser(await newSuperAdmin());
  for (const headers of [operator, admin]) {
    const { status, body } = await callPlatform("POST", "/services", headers, {
      ...platforms,
      name: `p-${crypto.randomUUID().slice(0, 8)}`,
    });
    assert.deepEqual([status, body.organization_id], [201, null]);
    assertRefused(await callPlatform("PATCH", `/services/${body.id}`, owner, { version: "9" }), refused, "an owner");
  }
});

Deno.test("whoever looks for a capability finds the platform's and their own, the healthy first", async () => {
  const capability = `dancing-${crypto.randomUUID().slice(0, 8)}`;
  const other = await newClinic();
  const ill = await newService([], { capabilities: [capability] });
  const own = await newService([], { headers: owner, organization_id, capabilities: [capability] });
  const theirs = await newService([], {
    headers: asUser(other.owner),
    organization_id: other.organizationId,
    capabilities: [capability],
  });
  for (let failure = 1; failure <= 3; failure++) await report(ill.id, false);
  await report(own.id, true);

  const found = async (headers: Record<string, string>, of = organization_id) => {
    const { body } = await callPlatform(
      "GET",
      `/services/discover?capability=${capability}&organization_id=${of}`,
      headers,
    );
    return body.items.map(({ id, status }: { id: string; status: string }) => [id, status]);
  };
  const expected = [[own.id, "healthy"], [ill.id, "degraded"]];
  assert.deepEqual(await found(owner), expected);
  assert.deepEqual(await found(asKey((await newKey(clinic, ["organization.read"])).key)), expected);
  assert.deepEqual(await found(asService(await newToken(own))), expected);
  assert.deepEqual(await found(asUser(outsider)), [expected[1]], "an outsider sees the platform's only");
  assert.deepEqual(await found(owner, other.organizationId), [expected[1]], "nobody sees another organization's");
  assert.deepEqual((await callPlatform("GET", `/services/${theirs.id}`, owner)).status, 404);
  await report(ill.id, true);
  assert.deepEqual((await found(owner)).map(([, status]: string[]) => status), ["healthy", "healthy"]);
});

async function report(service_id: string, healthy: boolean): Promise<void> {
  const { error } = await clientFor(stack.secretKey).rpc("report_service_health", {
    service_id,
    healthy,
    latency_ms: 5,
  });
  if (error) throw error;
}

Deno.test("our own functions are in the registry", async () => {
  const { body } = await callPlatform("GET", "/services/discover?capability=scheduling", owner);
  assert.ok(
    body.items.some((item: { name: string; internal: boolean }) => item.name === "appointments" && item.internal),
  );
});

Deno.test("a registration repeated under its key is one", async () => {
  await assertIdempotent(
    async (body, headers) => {
      const answer = await callPlatform("POST", "/services", { ...owner, ...headers }, body);
      delete answer.body.client_secret;
      return answer;
    },
    request({ name: "same" }),
    request({ name: "other" }),
  );
});

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = owner) => () =>
  callPlatform(method, path, headers, body);
refusalsTest("services: what is refused", [
  ...bodyRefusals((body, headers) => callPlatform("POST", "/services", { ...owner, ...headers }, body)),
  ["a name with a slash", send("POST", "/services", request({ name: "a/b" })), 422, "invalid_input"],
  ["a name of the platform's", send("POST", "/services", request({ name: "appointments" })), 409, "service_name_taken"],
  [
    "an address of a file",
    send("POST", "/services", request({ endpoint: "file:///etc/passwd" })),
    422,
    "invalid_input",
  ],
  [
    "an address with credentials",
    send("POST", "/services", request({ endpoint: "https://u:p@host.test" })),
    422,
    "invalid_input",
  ],
  ["a scope that is none", send("POST", "/services", request({ allowed_scopes: ["x.y"] })), 422, "invalid_input"],
  [
    "a capability that is a sentence",
    send("POST", "/services", request({ capabilities: ["To dance"] })),
    422,
    "invalid_input",
  ],
  ["no such service", send("GET", `/services/${nobody}`), 404, "not_found"],
  ["an id that is none", send("GET", "/services/x"), 422, "invalid_input"],
  ["a capability that is none", send("GET", "/services/discover?capability=%27"), 422, "invalid_input"],
  [
    "our own, by an owner",
    send("PATCH", `/services/${await idOf("platform")}`, { version: "2" }),
    403,
    "permission_denied",
  ],
  [
    "our own, elsewhere",
    send("PATCH", `/services/${await idOf("platform")}`, { endpoint: "https://x.test" }, operator),
    422,
    "invalid_input",
  ],
  [
    "a grant of one's own service",
    send("PUT", `/services/${(await make()).id}/grants/${organization_id}`, { scopes: [] }),
    404,
    "not_found",
  ],
  [
    "a scope it never asks for",
    send("PUT", `/services/${shared.id}/grants/${organization_id}`, { scopes: ["audit.read"] }),
    422,
    "invalid_input",
  ],
]);

async function idOf(name: string): Promise<string> {
  const { body } = await callPlatform("GET", "/services/discover?capability=registry", owner);
  return body.items.find((item: { name: string }) => item.name === name).id;
}
