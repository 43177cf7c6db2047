import { CloudEvent as Standard } from "cloudevents";
import assert from "node:assert/strict";
import { EventPage, Published, Stream, Topics } from "../../supabase/functions/platform/events/schemas.ts";
import { accessTest, type Caller, type Expected, managersOnly, newCast, signedInOnly, strangers } from "./access.ts";
import { declareInvoices, invoice, publish, published } from "./event-fixture.ts";
import { asUser, book, callPlatform, newClinic } from "./fixture.ts";
import { assertIdempotent } from "./refusals.ts";

const { clinic, customer, callers } = await newCast();
const { organizationId: organization_id, owner } = clinic;
await declareInvoices(clinic);
const appointment = await book(customer, clinic.serviceId);
const [own] = await published(clinic, [invoice()]);
const headers = asUser(owner);
const list = (query: string, as: Record<string, string> = headers) =>
  callPlatform("GET", `/events?organization_id=${organization_id}${query}`, as);

const outside = { customer: [404, "not_found"], ...strangers, ...signedInOnly } satisfies Partial<
  Record<Caller, Expected>
>;
const everyMember: Record<Caller, Expected> = { owner: [200], staff: [200], colleague: [200], ...outside };
const ownerOnly: Record<Caller, Expected> = {
  ...everyMember,
  staff: [404, "not_found"],
  colleague: [404, "not_found"],
};

accessTest("publish an event", callers, {
  expected: managersOnly([201]),
  send: (as) => publish(as, { organization_id, ...invoice() }),
  look: async () => (await list("&types=invoice.*&limit=1000")).body.items.length > 0,
  accepted: ({ body }) => assert.deepEqual(Published.parse(body), body),
});

accessTest("read the log", callers, {
  expected: everyMember,
  send: (as) => list("", as),
  reads: true,
  accepted: ({ body }, who) => {
    const types = new Set(EventPage.parse(body).items.map(({ type }) => type.split(".")[0]));
    assert.ok(types.has("appointment"));
    assert.equal(types.has("invoice"), who === "owner", "what an organization publishes needs events.read");
  },
});

accessTest("follow the log", callers, {
  expected: everyMember,
  send: (as) => list("&after=now", as),
  reads: true,
  accepted: ({ body }) => assert.deepEqual([body.items, body.more, typeof body.after], [[], false, "string"]),
});

accessTest("read a stream of the organization's own", callers, {
  expected: ownerOnly,
  send: (as) => callPlatform("GET", `/streams/${own!.aggregate_id}`, as),
  reads: true,
  accepted: ({ body }) => assert.equal(Stream.parse(body).items[0]!.id, own!.id),
});

accessTest("read a stream of a domain", callers, {
  expected: everyMember,
  send: (as) => callPlatform("GET", `/streams/${appointment.id}`, as),
  reads: true,
  accepted: ({ body }) => {
    const stream = Stream.parse(body);
    assert.deepEqual([stream.aggregate_type, stream.items[0]!.type], ["appointment", "appointment.booked"]);
  },
});

accessTest("ask for topics", callers, {
  expected: {
    ...everyMember,
    customer: [200],
    outsider: [200],
    "other customer": [200],
  },
  send: (as) => callPlatform("GET", `/events/topics?organization_id=${organization_id}&types=*`, as),
  reads: true,
  accepted: ({ body }, who) => {
    const domains = Topics.parse(body).topics.map((topic) => topic.split(":")[2]);
    assert.equal(domains.includes("events"), who === "owner");
    assert.equal(domains.includes("appointments"), ["owner", "staff", "colleague"].includes(who));
  },
});

Deno.test("events: what is published once is answered as often as asked", async () => {
  const batch = { organization_id, events: [invoice(), invoice({ type: "invoice.paid", data: { amount: 7 } })] };
  const send = (body: unknown, more: Record<string, string>) => publish({ ...headers, ...more }, body);
  await assertIdempotent(send, batch, { organization_id, ...invoice() });
});

Deno.test("events: a published event can be read, with the story that the request told", async () => {
  const [correlation, causation] = [crypto.randomUUID(), crypto.randomUUID()];
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const event = invoice({ expected_version: 0, causation_id: causation, traceparent });
  const { body } = await publish({ ...headers, "x-correlation-id": correlation }, { organization_id, events: [event] });
  const stream = await callPlatform("GET", `/streams/${event.aggregate_id}`, headers);
  const [read] = Stream.parse(stream.body).items;
  assert.deepEqual(
    [read!.id, read!.data, read!.actorid, read!.correlationid, read!.causationid, read!.traceparent],
    [body.events[0].id, event.data, owner.id, correlation, causation, traceparent],
  );
  const standard = new Standard(stream.body.items[0]);
  assert.ok(standard.validate(), "the CloudEvents library takes it");
  assert.equal(standard.id, read!.id);
});

Deno.test("events: pages follow one another, in both orders and by every filter", async () => {
  const other = await newClinic();
  await declareInvoices(other);
  const aggregate_id = crypto.randomUUID();
  const events = Array.from({ length: 7 }, (_, n) => invoice(n % 3 ? { data: { n } } : { data: { n }, aggregate_id }));
  await published(other, events);
  const read = async (query: string) => {
    const seen: unknown[] = [];
    for (let cursor = "";; cursor = `&cursor=${seen.at(-1)}`) {
      const path = `/events?organization_id=${other.organizationId}&types=invoice.*&limit=3${query}${cursor}`;
      const { status, text, body } = await callPlatform("GET", path, asUser(other.owner));
      assert.equal(status, 200, text);
      const page = EventPage.parse(body);
      seen.push(...page.items.map(({ data }) => data.n));
      if (page.next_cursor === null) return seen.filter((n) => typeof n === "number").join(" ");
      seen.push(page.next_cursor);
    }
  };
  assert.equal(await read("&order=oldest"), "0 1 2 3 4 5 6");
  assert.equal(await read(""), "6 5 4 3 2 1 0");
  assert.equal(await read(`&aggregate_id=${aggregate_id}`), "6 3 0");
  assert.equal(await read(`&aggregate_type=invoice&from=2020-01-01T00:00:00Z`), "6 5 4 3 2 1 0");
  assert.equal(await read(`&to=2020-01-01T00:00:00Z`), "");
});
