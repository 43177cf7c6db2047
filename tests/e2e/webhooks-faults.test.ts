import assert from "node:assert/strict";
import { asUser, callPlatform } from "./fixture.ts";
import { newPublisher, Receiver, verify } from "./webhook-receiver.ts";

const publisher = await newPublisher();
const asOwner = asUser(publisher.owner);
const good = new Receiver();
const { id: goodId } = await publisher.subscribe(good.url());

interface Attempt {
  outcome: string;
  status: number | null;
  error: string | null;
  event_id: string;
  attempt: number;
}

/** The attempts of a webhook, the latest first, once one of them matches. */
async function logged(id: string, holds: (attempts: Attempt[]) => boolean): Promise<Attempt[]> {
  for (const end = Date.now() + 20_000;;) {
    const { body } = await callPlatform("GET", `/webhooks/${id}/deliveries`, asOwner);
    if (holds(body.items)) return body.items;
    if (Date.now() > end) throw new Error(`not logged: ${JSON.stringify(body.items)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

Deno.test("while one endpoint hangs, others get theirs as fast as ever", async () => {
  const hanging = new Receiver();
  hanging.behave = () => hanging.hang();
  const { id } = await publisher.subscribe(hanging.url(), { timeout_seconds: 3 });
  await publisher.publish();
  await hanging.until("the first delivery", (all) => all.length === 1);
  const latencies: number[] = [];
  for (let i = 0; i < 8; i++) {
    const [before, since] = [good.received.length, Date.now()];
    await publisher.publish();
    const all = await good.until("the delivery", (received) => received.length > before);
    latencies.push(all.at(-1)!.at - since);
  }
  assert.ok(latencies.toSorted((one, other) => one - other)[4]! < 1_000, `latencies: ${latencies}`);
  const [attempt] = await logged(id, (attempts) => attempts.length > 0);
  assert.match(attempt!.error!, /^timeout/);
  await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
  await hanging.close();
});

const cases: [
  name: string,
  behave: (receiver: Receiver) => Response | Promise<Response>,
  error: RegExp,
  status: number | null,
][] = [
  ["answers 500", () => new Response("secret", { status: 500 }), /^answered 500$/, 500],
  ["answers 404", () => new Response(null, { status: 404 }), /^answered 404$/, 404],
  [
    "redirects to a private address",
    () => new Response(null, { status: 307, headers: { location: good.url("localhost") } }),
    /redirects are not followed/,
    307,
  ],
  [
    "redirects to the metadata of a cloud",
    () => new Response(null, { status: 302, headers: { location: "http://169.254.169.254/latest/meta-data" } }),
    /redirects are not followed/,
    302,
  ],
];

for (const [name, behave, error, status] of cases) {
  Deno.test(`an endpoint that ${name} has failed, and is tried again with the same id`, async () => {
    const receiver = new Receiver();
    receiver.behave = (_, nth) => nth === 1 ? behave(receiver) : new Response();
    const { id, secret } = await publisher.subscribe(receiver.url());
    const before = good.received.length;
    await publisher.publish();
    const [first, second] = await receiver.until("the second attempt", (all) => all.length === 2, 30);
    assert.equal(first!.id, second!.id);
    assert.equal(first!.body, second!.body);
    verify(secret, second!);
    assert.ok(second!.at - first!.at > 3_500, "after five seconds, a fifth more or less");
    const attempts = await logged(id, (all) => all.length === 2);
    assert.deepEqual(attempts.map(({ outcome, attempt }) => [outcome, attempt]), [["delivered", 2], ["failed", 1]]);
    assert.equal(attempts[1]!.status, status);
    assert.match(attempts[1]!.error!, error);
    assert.doesNotMatch(JSON.stringify(attempts), /secret/);
    await good.until("the other's one delivery", (all) => all.length > before);
    assert.equal(good.received.length, before + 1, "a redirect was followed");
    await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
    await receiver.close();
  });
}

Deno.test("an endpoint that resets connections has failed", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const resets = (async () => {
    for await (const connection of listener) connection.close();
  })();
  const { id } = await publisher.subscribe(`http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`);
  await publisher.publish();
  const [attempt] = await logged(id, (attempts) => attempts.length > 0);
  assert.match(attempt!.error!, /^connection_failed/);
  assert.equal(attempt!.status, null);
  await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
  listener.close();
  await resets;
});

Deno.test("an endless body neither holds the lane up nor fails what arrived", async () => {
  const receiver = new Receiver();
  receiver.behave = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }));
  const { id } = await publisher.subscribe(receiver.url());
  await publisher.publish();
  await publisher.publish();
  await receiver.until("both deliveries", (all) => all.length === 2);
  const attempts = await logged(id, (all) => all.length === 2);
  assert.deepEqual(attempts.map(({ outcome }) => outcome), ["delivered", "delivered"]);
  await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
  await receiver.close();
});

Deno.test("410 disables the endpoint at once; resumed, it gets what was left", async () => {
  const receiver = new Receiver();
  receiver.behave = (_, nth) => new Response(null, { status: nth === 1 ? 410 : 200 });
  const { id } = await publisher.subscribe(receiver.url());
  await publisher.publish();
  await logged(id, (all) => all.length === 1);
  const { body } = await publisher.read(id);
  assert.deepEqual([body.status, body.status_reason], ["disabled", "It answered 410."]);
  await publisher.publish();
  await callPlatform("PATCH", `/webhooks/${id}`, asOwner, { status: "active" });
  const all = await receiver.until("both, in order", (received) => received.length >= 3, 30);
  assert.equal(all[0]!.id, all[1]!.id);
  assert.ok(all[2]!.event.aggregateversion > all[1]!.event.aggregateversion);
  await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
  await receiver.close();
});

Deno.test("429 with Retry-After is waited for, and nothing else is sent meanwhile", async () => {
  const receiver = new Receiver();
  receiver.behave = (_, nth) => new Response(null, nth === 1 ? { status: 429, headers: { "retry-after": "3" } } : {});
  const { id } = await publisher.subscribe(receiver.url());
  await publisher.publish();
  await receiver.until("the first", (all) => all.length === 1);
  await publisher.publish();
  const all = await receiver.until("the rest", (received) => received.length === 3, 30);
  assert.ok(all[1]!.at - all[0]!.at >= 2_900, `came after ${all[1]!.at - all[0]!.at} ms`);
  await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
  await receiver.close();
});

Deno.test("an endpoint that keeps failing is left alone: five failures open its breaker", async () => {
  const receiver = new Receiver();
  receiver.behave = () => new Response(null, { status: 500 });
  const { id } = await publisher.subscribe(receiver.url(), { types: ["*"] });
  // Each of its own aggregate: what follows a failed event of the same one waits.
  const make = (name: string) =>
    callPlatform("POST", "/webhooks", asOwner, {
      organization_id: publisher.organizationId,
      name,
      types: ["none.such"],
      url: receiver.url(),
    });
  for (let i = 0; i < 8; i++) assert.equal((await make(crypto.randomUUID())).status, 201);
  await receiver.until("five failures", (all) => all.length >= 5);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { body } = await publisher.read(id);
  assert.notEqual(body.breaker, "closed");
  assert.equal(receiver.received.length, 5);
  await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
  await receiver.close();
});

Deno.test("nothing of all that was lost or doubled elsewhere", async () => {
  await callPlatform("DELETE", `/webhooks/${goodId}`, asOwner);
  const ids = good.received.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  await good.close();
});
