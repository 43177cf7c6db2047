import assert from "node:assert/strict";
import { Limits } from "../../supabase/functions/appointments/limits/schemas.ts";
import { accessTest, anyUser, type Caller, managersOnly, newCast } from "./access.ts";
import { asUser, book, call, newClinic, newService, nextSlot } from "./fixture.ts";
import { bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const { clinic, customer, callers } = await newCast();
const { owner, organizationId: organization_id, resourceId: resource_id } = clinic;
const service_id = await newService(owner, organization_id, resource_id, {});
const limited = await newService(owner, organization_id, resource_id, {});
const theirs = await newClinic();
const unknownId = crypto.randomUUID();
const most = (maximum: number) => ({ subject: "customer", period: "week", unit: "bookings", maximum });

const put = (body: unknown, more: Record<string, string> = {}) =>
  call("PUT", "/limits", { ...callers.owner, ...more }, body);
const list = (query = "", as = callers.owner) => call("GET", `/limits?organization_id=${organization_id}${query}`, as);

const refusedTo: Partial<Record<Caller, [number, string]>> = {
  customer: [403, "permission_denied"],
  "other customer": [403, "permission_denied"],
  outsider: [403, "permission_denied"],
};
const whose = {
  "a service": [{ service_id }, managersOnly([200])],
  "a resource": [{ resource_id }, managersOnly([200])],
  // Organizations are public: outsiders are told that they may not.
  "an organization": [{ organization_id }, { ...managersOnly([200]), ...refusedTo }],
} as const;
for (const [name, [of, expected]] of Object.entries(whose)) {
  accessTest(`set the limits of ${name}`, callers, {
    expected,
    send: (as) => call("PUT", "/limits", as, { ...of, limits: [most(1000)] }),
    accepted: ({ body }) => {
      assert.deepEqual(Limits.parse(body), body);
      const [{ id: _, ...limit }, ...more] = body.items;
      const nobody = { organization_id, service_id: null, resource_id: null };
      assert.deepEqual([limit, more], [{ ...nobody, ...of, ...most(1000) }, []]);
    },
  });
}

accessTest("list limits", callers, {
  expected: anyUser([200]),
  send: (as) => list("", as),
  reads: true,
  accepted: ({ body }, who) => {
    assert.deepEqual(Limits.parse(body), body);
    const member = ["owner", "staff", "colleague"].includes(who);
    assert.equal(body.items.length, member ? 3 : 0, "members see their organization's, others none");
  },
});

Deno.test("limits: they are listed, bind the next booking, and are lifted", async () => {
  const set = await put({ service_id: limited, limits: [most(1), { ...most(0), period: "month", unit: "minutes" }] });
  assert.equal(set.status, 200, set.text);
  const raised = await put({ service_id: limited, limits: [most(1)] });
  const { body: listed } = await list(`&service_id=${limited}`);
  assert.deepEqual(listed, raised.body);
  assert.deepEqual(listed.items, set.body.items.filter(({ unit }: { unit: string }) => unit === "bookings"));
  const elsewhere = await call("GET", `/limits?organization_id=${organization_id}`, asUser(theirs.owner));
  assert.deepEqual(elsewhere.body, { items: [] }, "another clinic's owner sees none of them");
  assert.deepEqual((await list(`&service_id=${limited}&resource_id=${resource_id}`)).body, { items: [] });

  const starts_at = nextSlot();
  await book(customer, limited, starts_at);
  const next = { service_id: limited, starts_at: new Date(Date.parse(starts_at) + 1_800_000).toISOString() };
  const refused = await call("POST", "/appointments", callers.customer, next);
  assert.deepEqual([refused.status, refused.body.code, refused.body.maximum], [409, "limit_reached", 1]);
  assert.deepEqual((await put({ service_id: limited, limits: [] })).body, { items: [] });
  assert.equal((await call("POST", "/appointments", callers.customer, next)).status, 201);
});

const of = (limits: unknown) => put({ service_id, limits });
const refusals: Refusal[] = [
  ...bodyRefusals(put),
  ["nobody's", () => put({ limits: [] }), 422, "invalid_input"],
  ["two's", () => put({ service_id, resource_id, limits: [] }), 422, "invalid_input"],
  ["no limits", () => of(undefined), 422, "invalid_input"],
  ["limits that are none", () => of({}), 422, "invalid_input"],
  ["a limit without a maximum", () => of([{ ...most(1), maximum: undefined }]), 422, "invalid_input"],
  ["less than nothing", () => of([most(-1)]), 422, "invalid_input"],
  ["half a booking", () => of([most(0.5)]), 422, "invalid_input"],
  ["more than can be", () => of([most(1_000_001)]), 422, "invalid_input"],
  ["an unknown subject", () => of([{ ...most(1), subject: "room" }]), 422, "invalid_input"],
  ["a period of a year", () => of([{ ...most(1), period: "year" }]), 422, "invalid_input"],
  ["a unit that is none", () => of([{ ...most(1), unit: "euros" }]), 422, "invalid_input"],
  ["a misspelt field", () => of([{ ...most(1), max: 1 }]), 422, "invalid_input"],
  ["one kind twice", () => of([most(1), most(2)]), 422, "invalid_input"],
  ["more than can be named", () => of(Array(21).fill(most(1))), 422, "invalid_input"],
  [
    "a service's of a resource",
    () => put({ resource_id, limits: [{ ...most(1), subject: "service" }] }),
    422,
    "invalid_input",
  ],
  ["an id that is none", () => put({ service_id: "42", limits: [] }), 422, "invalid_input"],
  ["an unknown service", () => put({ service_id: unknownId, limits: [] }), 404, "not_found"],
  ["an unknown resource", () => put({ resource_id: unknownId, limits: [] }), 404, "not_found"],
  ["an unknown organization", () => put({ organization_id: unknownId, limits: [] }), 403, "permission_denied"],
  ["another clinic's service", () => put({ service_id: theirs.serviceId, limits: [] }), 404, "not_found"],
  ["another clinic's resource", () => put({ resource_id: theirs.resourceId, limits: [] }), 404, "not_found"],
  ["another clinic", () => put({ organization_id: theirs.organizationId, limits: [] }), 403, "permission_denied"],
  ["a list of nobody's", () => call("GET", "/limits", callers.owner), 422, "invalid_input"],
  ["a list of a service that is none", () => list("&service_id=x"), 422, "invalid_input"],
  ["a method that is not there", () => call("DELETE", "/limits", callers.owner), 405, "method_not_allowed"],
];
refusalsTest("limits: bad input is refused with its status and code", refusals);
