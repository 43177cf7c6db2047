import assert from "node:assert/strict";
import { EventType, EventTypePage } from "../../supabase/functions/platform/event-types/schemas.ts";
import { accessTest, anyUser, managersOnly, newCast } from "./access.ts";
import { asKey, asService, newKey, newService, newToken } from "./credentials.ts";
import { callPlatform, newClinic } from "./fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const { clinic, callers } = await newCast();
const { organizationId: organization_id } = clinic;
const unknownId = crypto.randomUUID();
const schema = { type: "object", required: ["amount"], properties: { amount: { type: "integer", minimum: 0 } } };

let made = 0;
/** A type that no other test has. */
const newType = () => `invoice.paid_${String.fromCharCode(97 + made % 26, 97 + Math.floor(made++ / 26))}`;
const post = (body: unknown, more: Record<string, string> = {}) =>
  callPlatform("POST", "/event-types", { ...callers.owner, ...more }, body);
const list = (query = "", as = callers.owner) =>
  callPlatform("GET", `/event-types?organization_id=${organization_id}${query}`, as);
const one = (id: string, as = callers.owner) => callPlatform("GET", `/event-types/${id}`, as);
const declare = async (more: object = {}) => {
  const { status, body, text } = await post({ organization_id, type: newType(), schema, ...more });
  assert.equal(status, 201, text);
  return EventType.parse(body);
};
const { id: appointmentBooked } = (await list("&type=appointment.booked")).body.items[0];

const refused = [403, "permission_denied"] as [number, string];
accessTest("declare a type of event", callers, {
  expected: { ...managersOnly([201]), customer: refused, "other customer": refused, outsider: refused },
  send: (as) => callPlatform("POST", "/event-types", as, { organization_id, type: newType(), schema }),
  accepted: ({ body }) => assert.deepEqual(EventType.parse(body), body),
});
for (const [name, method, path] of [["retire", "DELETE", ""], ["deprecate", "POST", "/deprecate"]] as const) {
  accessTest(`${name} a type of event`, callers, {
    expected: managersOnly([200]),
    make: () => declare(),
    send: (as, { id }) => callPlatform(method, `/event-types/${id}${path}`, as),
    look: async ({ id }) => (await one(id)).body,
    accepted: ({ body }) => assert.equal(body.status, `${name}d`),
  });
}
accessTest("read a type of event", callers, {
  // Staff have no events.read: for them it is not there.
  expected: { ...managersOnly([200]), staff: [404, "not_found"], colleague: [404, "not_found"] },
  make: () => declare(),
  reads: true,
  send: (as, { id }) => one(id, as),
});
accessTest("read one of Almanac's own types", callers, {
  expected: anyUser([200]),
  reads: true,
  send: (as) => one(appointmentBooked, as),
  accepted: ({ body }) => assert.deepEqual(EventType.parse(body), body),
});
accessTest("list types of events", callers, {
  expected: anyUser([200]),
  reads: true,
  send: (as) => list("&own=true", as),
  accepted: ({ body }, who) => {
    assert.deepEqual(EventTypePage.parse(body), body);
    assert.equal(body.items.length > 0, who === "owner", "others see none of the organization's");
  },
});

Deno.test("types of events: programs and services declare and read them, by their scopes", async () => {
  const type = newType();
  const { key } = await newKey(clinic, ["events.publish", "events.read"]);
  const blind = await newKey(clinic, ["metrics.read"]);
  const service = await newService(["events.publish"], { headers: callers.owner, organization_id });
  const token = await newToken(service);
  const send = (as: Record<string, string>, body: object) => callPlatform("POST", "/event-types", as, body);

  const declared = await send(asKey(key), { organization_id, type, schema });
  assert.deepEqual([declared.status, declared.body.version], [201, 1], declared.text);
  assert.equal((await one(declared.body.id, asKey(key))).status, 200);
  assert.equal((await one(declared.body.id, asKey(blind.key))).status, 404, "a key without events.read sees none");
  const next = await send(asService(token), { organization_id, type, schema: { type: "object" } });
  assert.deepEqual([next.status, next.body.version], [201, 2], next.text);
  assert.notEqual(next.body.declared_by, declared.body.declared_by, "each is named");

  const without = await send(asKey(blind.key), { organization_id, type, schema });
  assert.deepEqual([without.status, without.body.code], [403, "permission_denied"]);
  const theirs = await newClinic();
  for (const as of [asKey(key), asService(token)]) {
    const foreign = await send(as, { organization_id: theirs.organizationId, type, schema });
    assert.deepEqual([foreign.status, foreign.body.code], [403, "permission_denied"]);
    const retired = await callPlatform("DELETE", `/event-types/${appointmentBooked}`, as);
    assert.deepEqual([retired.status, retired.body.code], [403, "reserved_event_type"]);
  }
});

const propertyOf = (member: unknown) =>
  post({ organization_id, type: newType(), schema: { type: "object", properties: { a: member } } });
const refusals: Refusal[] = [
  ...bodyRefusals(post),
  ["no type", () => post({ organization_id, schema }), 422, "invalid_input"],
  ["a type that is none", () => post({ organization_id, type: "InvoicePaid", schema }), 422, "invalid_input"],
  ["no schema", () => post({ organization_id, type: newType() }), 422, "invalid_input"],
  ["a schema that is none", () => post({ organization_id, type: newType(), schema: [] }), 422, "invalid_input"],
  [
    "a schema of strings",
    () => post({ organization_id, type: newType(), schema: { type: "string" } }),
    422,
    "invalid_schema",
  ],
  ["a keyword that nothing checks", () => propertyOf({ unevaluatedItems: false }), 422, "invalid_schema"],
  ["a reference elsewhere", () => propertyOf({ $ref: "http://127.0.0.1/schema" }), 422, "invalid_schema"],
  ["a pattern that takes for ever", () => propertyOf({ pattern: "((a{1,99}){1,99}){1,99}" }), 422, "invalid_schema"],
  ["a pattern that is none", () => propertyOf({ pattern: "(" }), 422, "invalid_schema"],
  ["a schema of 100 kB", () => propertyOf({ enum: Array(999).fill("x".repeat(100)) }), 422, "invalid_schema"],
  ["Almanac's noun", () => post({ organization_id, type: "appointment.eaten", schema }), 403, "reserved_event_type"],
  [
    "Almanac's aggregate",
    () => post({ organization_id, type: newType(), aggregate_type: "organization", schema }),
    403,
    "reserved_event_type",
  ],
  ["a version ahead", () => post({ organization_id, type: newType(), version: 2, schema }), 409, "version_conflict"],
  [
    "an unknown organization",
    () => post({ organization_id: unknownId, type: newType(), schema }),
    403,
    "permission_denied",
  ],
  ["an unknown one", () => one(unknownId), 404, "not_found"],
  ["an id that is none", () => one("x"), 422, "invalid_input"],
  [
    "to retire an unknown one",
    () => callPlatform("DELETE", `/event-types/${unknownId}`, callers.owner),
    404,
    "not_found",
  ],
  [
    "to retire one of Almanac's own",
    () => callPlatform("DELETE", `/event-types/${appointmentBooked}`, callers.owner),
    403,
    "reserved_event_type",
  ],
  ["a pattern of types that is none", () => list("&type=x'y"), 422, "invalid_input"],
  ["a cursor of somebody else", () => list("&cursor=WyJhIiwxXQ"), 400, "invalid_cursor"],
  ["a cursor that says more", () => list(`&cursor=${btoa('["a\\",id.gt.0",1,"x"]')}`), 400, "invalid_cursor"],
];
refusalsTest("types of events: bad input is refused with its status and code", refusals);

Deno.test("types of events: what is wrong with a schema is told with its path", async () => {
  const { body } = await propertyOf({ items: { minLenght: 1 } });
  assert.deepEqual([body.path, body.message], ["/properties/a/items/minLenght", "is not supported"]);
});

Deno.test("types of events: a key declares one", async () => {
  const body = { organization_id, type: newType(), schema };
  await assertIdempotent(post, body, { ...body, schema: { type: "object" } });
});

Deno.test("types of events: versions are declared one after another, also at once", async () => {
  const type = newType();
  const answers = await Promise.all(
    [1, 2, 3, 4].map((maximum) =>
      post({ organization_id, type, schema: { type: "object", properties: { a: { maximum } } } })
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status), [201, 201, 201, 201]);
  assert.deepEqual(answers.map(({ body }) => body.version).sort(), [1, 2, 3, 4]);
  const again = await post({
    organization_id,
    type,
    schema: answers.find(({ body }) => body.version === 4)!.body.schema,
  });
  assert.equal(again.body.version, 4, "what is declared already is not declared again");
});

Deno.test("types of events: the list goes on from page to page, by type and the newest version first", async () => {
  const all = (await list("&limit=200")).body;
  assert.equal(all.next_cursor, null);
  const paged: { id: string }[] = [];
  let cursor: string | null = "";
  for (let pages = 0; cursor !== null; pages++) {
    const { body, status, text } = await list(`&limit=30${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    assert.equal(status, 200, text);
    paged.push(...body.items);
    cursor = body.next_cursor;
    assert.ok(pages < 20);
  }
  assert.deepEqual(paged.map(({ id }) => id), all.items.map(({ id }: { id: string }) => id));
  const tickets = (await list("&type=ticket_type.*")).body.items.map(({ type }: { type: string }) => type);
  assert.deepEqual(tickets, ["ticket_type.created", "ticket_type.updated"], "_ is no wildcard");
});
