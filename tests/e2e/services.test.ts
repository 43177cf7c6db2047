import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { Service } from "../../supabase/functions/appointments/services/schemas.ts";
import { accessTest, managersOnly, newCast } from "./access.ts";
import { book, call, newService, nextSlot } from "./fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const { clinic, customer, callers } = await newCast();
const { owner, organizationId: organization_id, resourceId, serviceId } = clinic;
const own = await newService(owner, organization_id, resourceId, {});
const terms = { name: "Class", duration_minutes: 60, seats: 8, maximum_party: 2 };
const unknownId = crypto.randomUUID();
const make = () => Promise.resolve({ id: own });
const look = async () => (await answerOf(owner.client.from("services").select("*").eq("id", own)))[0]!;
const groups = [{ name: "who", rule: "any", members: [{ resource_id: resourceId, priority: 1, weight: 2 }] }];

accessTest("create a service", callers, {
  // To create is not to ask for a thing that is there: outsiders are told that they may not.
  expected: {
    ...managersOnly([201]),
    customer: [403, "permission_denied"],
    "other customer": [403, "permission_denied"],
    outsider: [403, "permission_denied"],
  },
  send: (as) => call("POST", "/services", as, { organization_id, ...terms }),
  accepted: ({ body }) => assert.deepEqual(Service.parse(body), body),
});
accessTest("change a service", callers, {
  expected: managersOnly([200]),
  make,
  send: (as, { id }) => call("PATCH", `/services/${id}`, as, { hold_minutes: 20 }),
  accepted: ({ body }) => assert.equal(Service.parse(body).hold_minutes, 20),
});
accessTest("set the groups of a service", callers, {
  expected: managersOnly([204]),
  make,
  send: (as, { id }) => call("PUT", `/services/${id}/groups`, as, { groups }),
  look: async () => ({ ...await look(), updated_at: undefined, hold_minutes: undefined }),
});

const post = (body: unknown, more: Record<string, string> = {}) =>
  call("POST", "/services", { ...callers.owner, ...more }, body);
const patch = (body: unknown) => call("PATCH", `/services/${own}`, callers.owner, body);
const put = (body: unknown) => call("PUT", `/services/${own}/groups`, callers.owner, body);
const field = (more: object) => patch({ intake_fields: [{ name: "a", type: "text", ...more }] });

const refusals: Refusal[] = [
  ...bodyRefusals(post),
  ["no name", () => post({ organization_id, duration_minutes: 30 }), 422, "invalid_input"],
  ["an unknown organization", () => post({ ...terms, organization_id: unknownId }), 403, "permission_denied"],
  ["a service of no length", () => post({ ...terms, organization_id, duration_minutes: 0 }), 422, "invalid_input"],
  ["a price without a currency", () => patch({ price: 1 }), 422, "invalid_input"],
  ["a deposit over the price", () => patch({ price: 1, currency: "EUR", deposit: 2 }), 422, "invalid_input"],
  ["a party that finds no seats", () => patch({ seats: 2, maximum_party: 3 }), 422, "invalid_input"],
  ["a choice of nothing", () => field({ type: "choice" }), 422, "invalid_input"],
  ["a question without a name", () => field({ name: "Your name?" }), 422, "invalid_input"],
  ["a change of nothing", () => patch({}), 422, "invalid_input"],
  ["an unknown service", () => call("PATCH", `/services/${unknownId}`, callers.owner, { seats: 1 }), 404, "not_found"],
  ["groups that are none", () => put({ groups: {} }), 422, "invalid_input"],
  ["a group of nobody", () => put({ groups: [{ name: "who", rule: "all" }] }), 422, "invalid_input"],
  [
    "a resource of nobody knows whom",
    () => put({ groups: [{ name: "who", rule: "all", resource_ids: [unknownId] }] }),
    404,
    "not_found",
  ],
  ["two groups of one name", () => put({ groups: [groups[0], groups[0]] }), 409, "conflict"],
];
refusalsTest("services: bad input is refused with its status and code", refusals);

Deno.test("a key makes one service", async () => {
  await assertIdempotent(post, { ...terms, organization_id }, { ...terms, organization_id, seats: 9 });
});

Deno.test("the routes take every field that the command takes", async () => {
  const { body } = await call("GET", "/openapi.json", {});
  const { id: _, organization_id: __, created_at: ___, updated_at: ____, ...columns } = await look();
  const { properties } = body.components.schemas.ChangeService;
  assert.deepEqual(Object.keys(properties).sort(), Object.keys(columns).sort());
});

Deno.test("what is booked keeps its terms when the service changes", async () => {
  const booked = await book(customer, serviceId, nextSlot());
  await call("PATCH", `/services/${serviceId}`, callers.owner, {
    cancellation_notice_minutes: 90,
    late_cancellation_fee: null,
  });
  const { body } = await call("GET", `/appointments/${booked.id}`, callers.customer);
  assert.deepEqual(body.policy, booked.policy);
});
