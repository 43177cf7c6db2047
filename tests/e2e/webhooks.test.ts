import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { asUser, callPlatform } from "./fixture.ts";
import { newPublisher, Receiver, verify } from "./webhook-receiver.ts";

const publisher = await newPublisher();
const asOwner = asUser(publisher.owner);

Deno.test("an event arrives once, signed, as the CloudEvent it is", async () => {
  const receiver = new Receiver();
  const { id, secret } = await publisher.subscribe(receiver.url());
  await publisher.publish();
  const [received] = await receiver.until("the delivery", (all) => all.length > 0);
  assert.deepEqual(verify(secret, received!), received!.event);
  const { specversion, type, organizationid, subject } = received!.event;
  const { organizationId } = publisher;
  assert.deepEqual({ specversion, type, organizationid, subject }, {
    specversion: "1.0",
    type: "organization.updated",
    organizationid: organizationId,
    subject: `organization/${organizationId}`,
  });
  assert.equal(received!.id, received!.event.id);
  assert.match(received!.headers["content-type"]!, /^application\/cloudevents\+json/);
  assert.match(received!.headers["user-agent"]!, /^Almanac-Webhooks/);
  assert.match(received!.headers.traceparent!, /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(receiver.received.length, 1);
  const { body } = await callPlatform("GET", `/webhooks/${id}/deliveries`, asOwner);
  assert.equal(body.items.length, 1);
  const { event_id, outcome, status, attempt, error } = body.items[0];
  assert.deepEqual({ event_id, outcome, status, attempt, error }, {
    event_id: received!.id,
    outcome: "delivered",
    status: 204,
    attempt: 1,
    error: null,
  });
  await receiver.close();
});

Deno.test("what was tampered with, replayed later or signed by another is told by the verifier", async () => {
  const receiver = new Receiver();
  const { secret } = await publisher.subscribe(receiver.url());
  const other = await publisher.subscribe(receiver.url(), { types: ["organization.created"] });
  await publisher.publish();
  const [received] = await receiver.until("the delivery", (all) => all.length > 0);
  const { body, headers } = received!;
  const refused = (sent: Record<string, string>, text: string, by = secret) =>
    assert.throws(() => new Webhook(by).verify(text, { ...headers, ...sent }));
  verify(secret, received!);
  refused({}, body.replace("organization.updated", "organization.deleted"));
  refused({ "webhook-id": crypto.randomUUID() }, body);
  refused({ "webhook-timestamp": String(Number(headers["webhook-timestamp"]) + 1) }, body);
  refused({ "webhook-signature": "v1,AAAA" }, body);
  refused({}, body, other.secret);
  // Six minutes ago, with the signature of that time: a replay.
  const then = new Date(Date.now() - 360_000);
  const signature = new Webhook(secret).sign(received!.id, then, body);
  const timestamp = String(Math.floor(then.getTime() / 1000));
  refused({ "webhook-timestamp": timestamp, "webhook-signature": signature }, body);
  await receiver.close();
});

Deno.test("events of one aggregate arrive in their order, also past a failure", async () => {
  const receiver = new Receiver();
  receiver.behave = (_, nth) => new Response(null, { status: nth === 2 ? 500 : 200 });
  await publisher.subscribe(receiver.url());
  for (let i = 0; i < 6; i++) await publisher.publish();
  const all = await receiver.until("all of them", (received) => received.length === 7, 30);
  assert.equal(all[1]!.id, all[2]!.id, "what failed comes first again, with its id");
  const versions = all.map(({ event }) => event.aggregateversion as number);
  assert.deepEqual(versions, versions.toSorted((one, other) => one - other));
  assert.equal(new Set(versions).size, 6);
  await receiver.close();
});

Deno.test("while secrets overlap each delivery is signed by both; without overlap the old one is over", async () => {
  const receiver = new Receiver();
  const first = await publisher.subscribe(receiver.url());
  const rotate = async (overlap_hours: number) => {
    const { status, body, text } = await callPlatform("POST", `/webhooks/${first.id}/rotate-secret`, asOwner, {
      overlap_hours,
    });
    assert.equal(status, 200, text);
    return body;
  };
  const second = await rotate(24);
  assert.notEqual(second.secret, first.secret);
  assert.equal(second.secrets.length, 2);
  await publisher.publish();
  const [both] = await receiver.until("the delivery", (all) => all.length === 1);
  assert.equal(both!.headers["webhook-signature"]!.split(" ").length, 2);
  verify(first.secret, both!);
  verify(second.secret, both!);
  const third = await rotate(0);
  await publisher.publish();
  const [, one] = await receiver.until("the next delivery", (all) => all.length === 2);
  verify(third.secret, one!);
  for (const { secret } of [first, second]) assert.throws(() => verify(secret, one!));
  const { text } = await publisher.read(first.id);
  assert.doesNotMatch(text, /whsec_/);
  await receiver.close();
});

Deno.test("a test sends a signed ping at once and says how it went", async () => {
  const receiver = new Receiver();
  const { id, secret } = await publisher.subscribe(receiver.url());
  const good = await callPlatform("POST", `/webhooks/${id}/test`, asOwner);
  assert.deepEqual([good.status, good.body.delivered, good.body.status], [200, true, 204], good.text);
  const [ping] = receiver.received;
  assert.equal((verify(secret, ping!) as { type: string }).type, "webhook.ping");
  receiver.behave = () => new Response(null, { status: 503 });
  const bad = await callPlatform("POST", `/webhooks/${id}/test`, asOwner);
  assert.deepEqual([bad.body.delivered, bad.body.status, bad.body.error], [false, 503, "answered 503"]);
  for (let i = 2; i < 10; i++) await callPlatform("POST", `/webhooks/${id}/test`, asOwner);
  const refused = await callPlatform("POST", `/webhooks/${id}/test`, asOwner);
  assert.deepEqual([refused.status, refused.body.code], [429, "too_many_tests"]);
  await receiver.close();
});

Deno.test("a paused webhook gets what it missed when it is active again; a deleted one nothing", async () => {
  const receiver = new Receiver();
  const { id } = await publisher.subscribe(receiver.url());
  const set = (status: string) => callPlatform("PATCH", `/webhooks/${id}`, asOwner, { status });
  assert.equal((await set("paused")).body.status, "paused");
  await publisher.publish();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(receiver.received.length, 0);
  assert.equal((await set("active")).body.status, "active");
  await receiver.until("what it missed", (all) => all.length === 1);
  assert.equal((await callPlatform("DELETE", `/webhooks/${id}`, asOwner)).status, 204);
  await publisher.publish();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(receiver.received.length, 1);
  assert.equal((await publisher.read(id)).status, 404);
  await receiver.close();
});

Deno.test("attempts are listed in pages, each once", async () => {
  const receiver = new Receiver();
  const { id } = await publisher.subscribe(receiver.url());
  for (let i = 0; i < 5; i++) await publisher.publish();
  await receiver.until("all of them", (all) => all.length === 5);
  const seen: string[] = [];
  let cursor = "";
  for (const end = Date.now() + 5_000; seen.length < 5 && Date.now() < end;) {
    const { body } = await callPlatform("GET", `/webhooks/${id}/deliveries?limit=2${cursor}`, asOwner);
    seen.push(...body.items.map((item: { event_id: string }) => item.event_id));
    cursor = body.next_cursor ? `&cursor=${body.next_cursor}` : "";
  }
  assert.deepEqual(seen, receiver.received.map(({ id }) => id).reverse());
  await receiver.close();
});
