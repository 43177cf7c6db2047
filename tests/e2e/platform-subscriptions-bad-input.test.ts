import { declareInvoices, invoice, published } from "./event-fixture.ts";
import { asUser, callPlatform, newClinic } from "./fixture.ts";
import { bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";
import { at, claimed, newSubscription } from "./subscription-fixture.ts";

const clinic = await newClinic();
await declareInvoices(clinic);
const { organizationId: organization_id } = clinic;
const headers = asUser(clinic.owner);
const unknownId = crypto.randomUUID();
const { id } = await newSubscription(clinic, { name: "Taken" });
await published(clinic, [invoice()]);
const { lease_token } = await claimed(headers, id, 1);

const send = (body: unknown, more: Record<string, string> = {}) =>
  callPlatform("POST", "/subscriptions", { ...headers, ...more }, body);
const create = (more: object) => send({ organization_id, name: crypto.randomUUID(), types: ["*"], ...more });
const change = (body: unknown, more: Record<string, string> = {}) =>
  callPlatform("PATCH", at(id), { ...headers, ...more }, body);
const post = (verb: string, body: unknown, of = id) => callPlatform("POST", at(of, `/${verb}`), headers, body);
const get = (path: string) => callPlatform("GET", path, headers);

refusalsTest("subscribing: what is no body is refused", bodyRefusals(send));
refusalsTest("changing a subscription: what is no body is refused", bodyRefusals(change));
for (const verb of ["ack", "nack", "extend", "replay"]) {
  const refusals = bodyRefusals((body, more) =>
    callPlatform("POST", at(id, `/${verb}`), { ...headers, ...more }, body)
  );
  refusalsTest(`${verb}: what is no body is refused`, refusals);
}

const cases: Refusal[] = [
  ["no name", () => create({ name: undefined }), 422, "invalid_input"],
  ["a name of blanks", () => create({ name: "  " }), 422, "invalid_input"],
  ["a name that is taken", () => create({ name: "Taken" }), 409, "subscription_exists"],
  ["no types", () => create({ types: [] }), 422, "invalid_input"],
  ["101 types", () => create({ types: Array(101).fill("a.b") }), 422, "invalid_input"],
  ["a type that is none", () => create({ types: ["%"] }), 422, "invalid_input"],
  ["a star in the middle", () => create({ types: ["a.*.b"] }), 422, "invalid_input"],
  ["no members", () => create({ members: 0 }), 422, "invalid_input"],
  ["65 members", () => create({ members: 65 }), 422, "invalid_input"],
  ["half an attempt", () => create({ max_attempts: 0.5 }), 422, "invalid_input"],
  ["a webhook", () => create({ delivery: "webhook" }), 422, "invalid_input"],
  ["an unknown organization", () => create({ organization_id: unknownId }), 404, "not_found"],
  ["no organization", () => create({ organization_id: undefined }), 403, "permission_denied"],
  ["a change of nothing", () => change({}), 422, "invalid_input"],
  ["a change of its organization", () => change({ organization_id: unknownId }), 422, "invalid_input"],
  ["an id that is none", () => get("/subscriptions/42"), 422, "invalid_input"],
  ["an unknown subscription", () => get(at(unknownId)), 404, "not_found"],
  ["a list of nobody's", () => get("/subscriptions"), 403, "permission_denied"],
  ["a list of an organization that is none", () => get("/subscriptions?organization_id=x"), 422, "invalid_input"],

  ["a claim of nothing", () => post("claim", { max_events: 0 }), 422, "invalid_input"],
  ["a claim of 1,001", () => post("claim", { max_events: 1001 }), 422, "invalid_input"],
  ["a lease without end", () => post("claim", { lease_seconds: 3601 }), 422, "invalid_input"],
  ["a member that is not there", () => post("claim", { member: 1 }), 422, "invalid_input"],
  ["a claim of an unknown subscription", () => post("claim", {}, unknownId), 404, "not_found"],
  ["an unknown lease", () => post("ack", { lease_token: unknownId }), 409, "lease_lost"],
  ["a lease that is none", () => post("ack", { lease_token: "x" }), 422, "invalid_input"],
  ["an event that the claim does not hold", () => post("nack", { lease_token, event_id: unknownId }), 404, "not_found"],
  [
    "a wait of two weeks",
    () => post("nack", { lease_token, event_id: unknownId, retry_after_seconds: 1_209_600 }),
    422,
    "invalid_input",
  ],
  ["an unknown lease to prolong", () => post("extend", { lease_token: unknownId, seconds: 9 }), 409, "lease_lost"],
  ["a prolongation by nothing", () => post("extend", { lease_token, seconds: 0 }), 422, "invalid_input"],

  ["a replay of the future", () => post("replay", { starts_at: "2999-01-01T00:00:00Z" }), 422, "invalid_input"],
  [
    "a replay that ends before it begins",
    () => post("replay", { starts_at: "2026-02-01T00:00:00Z", ends_at: "2026-01-01T00:00:00Z" }),
    422,
    "invalid_input",
  ],
  ["a replay of no time", () => post("replay", { starts_at: "infinity" }), 422, "invalid_input"],
  [
    "a replay of types that are none",
    () => post("replay", { starts_at: "2026-01-01T00:00:00Z", types: ["A"] }),
    422,
    "invalid_input",
  ],
  ["a redrive of ids that are none", () => post("redrive", { event_ids: ["x"] }), 422, "invalid_input"],
  ["a cursor that is none", () => get(at(id, "/dead-letters?cursor=x")), 400, "invalid_cursor"],
  ["a page of 501", () => get(at(id, "/dead-letters?limit=501")), 422, "invalid_input"],
  ["a method that is not there", () => callPlatform("PUT", at(id), headers, {}), 405, "method_not_allowed"],
];
refusalsTest("subscriptions: bad input is refused with its status and code", cases);
