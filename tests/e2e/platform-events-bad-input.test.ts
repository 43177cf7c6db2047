import assert from "node:assert/strict";
import { declareInvoices, invoice, publish, published } from "./event-fixture.ts";
import { asUser, callPlatform, newClinic, stack, unsigned } from "./fixture.ts";
import { bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const clinic = await newClinic();
const elsewhere = await newClinic();
await declareInvoices(clinic);
await declareInvoices(elsewhere);
const [theirs] = await published(elsewhere, [invoice()]);
const [mine] = await published(clinic, [invoice()]);
const { organizationId: organization_id } = clinic;
const headers = asUser(clinic.owner);
const unknownId = crypto.randomUUID();

const send = (body: unknown, more: Record<string, string> = {}) => publish({ ...headers, ...more }, body);
const batch = (...events: unknown[]) => send({ organization_id, events });
const one = (more: object) => batch(invoice(), invoice(more));
const get = (path: string) => callPlatform("GET", path, headers);
const list = (query: string) => get(`/events?organization_id=${organization_id}&${query}`);
const cloud = (event: object, type = "application/cloudevents+json") => send(event, { "content-type": type });
const event = {
  specversion: "1.0",
  id: crypto.randomUUID(),
  source: "/tests",
  type: "invoice.sent",
  organizationid: organization_id,
  subject: `invoice/${crypto.randomUUID()}`,
};

refusalsTest("publishing: what is no body of events is refused", bodyRefusals(send));

const events: Refusal[] = [
  ["nothing", () => batch(), 422, "invalid_input"],
  ["an event that is none", () => batch(7), 422, "invalid_input"],
  ["1,001 events", () => batch(...Array.from({ length: 1001 }, () => invoice())), 422, "invalid_input"],
  ["one event and a list", () => send({ organization_id, ...invoice(), events: [invoice()] }), 422, "invalid_input"],
  ["neither", () => send({ organization_id }), 422, "invalid_input"],
  ["no organization", () => send(invoice()), 422, "invalid_input"],
  ["an unknown organization", () => send({ organization_id: unknownId, ...invoice() }), 404, "not_found"],
  ["another's organization", () => send({ organization_id: elsewhere.organizationId, ...invoice() }), 404, "not_found"],
  [
    "an event of another organization",
    () => one({ organization_id: elsewhere.organizationId }),
    403,
    "organization_mismatch",
  ],
  ["an actor that is made up", () => one({ actor_id: clinic.staff.id }), 422, "invalid_input"],
  ["an id that is made up", () => one({ id: unknownId }), 422, "invalid_input"],
  ["a type that is none", () => one({ type: "paid" }), 422, "invalid_input"],
  ["a type of nobody", () => one({ type: "invoice.eaten" }), 422, "unknown_event_type"],
  ["a version of nobody", () => one({ type_version: 9 }), 422, "unknown_event_type"],
  ["a type of Almanac's own", () => one({ type: "appointment.booked" }), 403, "reserved_event_type"],
  ["a stream of Almanac's own", () => one({ aggregate_id: clinic.serviceId }), 409, "aggregate_mismatch"],
  ["someone else's aggregate", () => one({ aggregate_id: theirs!.aggregate_id }), 409, "aggregate_mismatch"],
  ["another kind of aggregate", () => one({ aggregate_type: "bill" }), 422, "invalid_input"],
  ["an aggregate that is none", () => one({ aggregate_id: "7" }), 422, "invalid_input"],
  ["data that is a list", () => one({ data: [] }), 422, "invalid_input"],
  ["data that does not fit", () => one({ type: "invoice.paid", data: { amount: "7" } }), 422, "event_does_not_fit"],
  ["a null character", () => one({ data: { text: "\0" } }), 422, "invalid_input"],
  [
    "a stale version",
    () => one({ aggregate_id: mine!.aggregate_id, expected_version: 0 }),
    409,
    "version_conflict",
  ],
  ["half a version", () => one({ expected_version: 0.5 }), 422, "invalid_input"],
  ["a broken trace", () => one({ traceparent: "00-1-2-3" }), 422, "invalid_input"],
];
refusalsTest("publishing: bad events are refused, and nothing of their batch is kept", events);

refusalsTest("publishing: bad CloudEvents are refused", [
  ["no JSON", () => send("{", { "content-type": "application/cloudevents+json" }), 400, "invalid_json"],
  ["another version of the specification", () => cloud({ ...event, specversion: "0.3" }), 422, "invalid_input"],
  ["no source", () => cloud({ ...event, source: undefined }), 422, "invalid_input"],
  ["no organization", () => cloud({ ...event, organizationid: undefined }), 422, "invalid_input"],
  ["no aggregate", () => cloud({ ...event, subject: undefined }), 422, "invalid_input"],
  ["a subject that is no aggregate", () => cloud({ ...event, subject: "7" }), 422, "invalid_input"],
  ["data that is no JSON", () => cloud({ ...event, datacontenttype: "text/plain" }), 422, "invalid_input"],
  ["binary data", () => cloud({ ...event, data_base64: "eA==" }), 422, "invalid_input"],
  ["another type's schema", () => cloud({ ...event, dataschema: "urn:almanac:event:x.y:1" }), 422, "invalid_input"],
  ["one where a batch was said", () => cloud(event, "application/cloudevents-batch+json"), 422, "invalid_input"],
  [
    "a batch of two organizations",
    () =>
      cloud(
        [event, { ...event, organizationid: elsewhere.organizationId }],
        "application/cloudevents-batch+json",
      ),
    403,
    "organization_mismatch",
  ],
]);

const reading: Refusal[] = [
  ["a list of no organization", () => get("/events"), 422, "invalid_input"],
  ["a filter that nobody knows", () => list("kind=x"), 422, "invalid_input"],
  ["a pattern of SQL", () => list("types=%25"), 422, "invalid_input"],
  ["a page of nothing", () => list("limit=0"), 422, "invalid_input"],
  ["a page too long", () => list("limit=1001"), 422, "invalid_input"],
  ["an end before the start", () => list("from=2027-01-02T00:00:00Z&to=2027-01-01T00:00:00Z"), 422, "invalid_input"],
  ["a cursor of nobody", () => list("cursor=x"), 400, "invalid_cursor"],
  ["a cursor of the other order", () => list(`order=oldest&cursor=${btoa('["newest",1]')}`), 400, "invalid_cursor"],
  ["a follower's cursor of nobody", () => list("after=x"), 400, "invalid_cursor"],
  ["a follower with other filters", () => list("after=now&aggregate_type=invoice"), 422, "invalid_input"],
  [
    "a cursor of another cluster",
    () => list(`after=${btoa(`deadbeef|${Math.round(Date.now() / 1000)}|1:1:|0`).replaceAll("=", "")}`),
    410,
    "cursor_expired",
  ],
  ["someone else's stream", () => get(`/streams/${theirs!.aggregate_id}`), 404, "not_found"],
  ["a stream of nothing", () => get(`/streams/${unknownId}`), 404, "not_found"],
  ["a stream that is none", () => get("/streams/7"), 422, "invalid_input"],
  [
    "a token without a signature",
    () =>
      callPlatform("GET", `/streams/${mine!.aggregate_id}`, {
        apikey: stack.publishableKey,
        authorization: `Bearer ${unsigned(clinic.owner)}`,
      }),
    401,
    "invalid_token",
  ],
];
refusalsTest("reading the log: bad input is refused", reading);

Deno.test("publishing: a refusal names the event and the path", async () => {
  const { body } = await one({ type: "invoice.paid", data: { amount: "7" } });
  assert.deepEqual([body.index, body.path], [1, "/amount"]);
  const { body: shape } = await one({ aggregate_id: "7" });
  assert.equal(shape.errors[0].path, "body.events.1.aggregate_id");
});

Deno.test("publishing: a thousand events with their data fit, and all are appended in order", async () => {
  const data = { text: "x".repeat(700) };
  const aggregate_id = crypto.randomUUID();
  const answer = await batch(...Array.from({ length: 1000 }, () => invoice({ aggregate_id, data })));
  assert.equal(answer.status, 201, answer.text.slice(0, 500));
  const versions = answer.body.events.map(({ version }: { version: number }) => version);
  assert.deepEqual(versions, Array.from({ length: 1000 }, (_, n) => n + 1));
});

Deno.test("publishing: CloudEvents come as they are, and the same one once", async () => {
  const more = {
    data: { n: 1 },
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    sequence: "7",
  };
  const answers = [await cloud({ ...event, ...more }), await cloud({ ...event, ...more })];
  assert.deepEqual(answers.map(({ status }) => status), [201, 201], answers[0]!.text);
  assert.deepEqual(answers[1]!.body, answers[0]!.body);
  const id = event.subject.split("/")[1];
  const { body } = await get(`/streams/${id}`);
  assert.deepEqual([body.items.length, body.items[0].data, body.items[0].traceparent], [
    1,
    more.data,
    more.traceparent,
  ]);
  const pair = ["a", "b"].map((name) => ({ ...event, id: name, type: "invoice.paid", data: { amount: 1 } }));
  const batched = await cloud(pair, "application/cloudevents-batch+json");
  assert.deepEqual(batched.body.events.map(({ version }: { version: number }) => version), [2, 3], batched.text);
});
