import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { deliverWebhooks } from "../../supabase/functions/platform/webhooks/deliver.ts";
import { send } from "../../supabase/functions/platform/webhooks/sender.ts";
import { asUser, callPlatform, clientFor, stack } from "./fixture.ts";
import { newPublisher, Receiver, verify } from "./webhook-receiver.ts";

const publisher = await newPublisher();
const asOwner = asUser(publisher.owner);
const worker = clientFor(stack.jobsKey);
const outbound = { allowPrivate: ["127.0.0.1"] };

// deno-lint-ignore no-explicit-any
type Claim = any;

/** Claims as a worker until it, and not the pump's, gets this webhook. */
async function claimOf(id: string): Promise<Claim> {
  const options = { worker_id: crypto.randomUUID(), room: 10, suspects_room: 10, lease_seconds: 45 };
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    await publisher.publish();
    for (let i = 0; i < 20; i++) {
      const claims = await answerOf(worker.rpc("claim_webhooks", options)) as Claim[];
      const claim = claims.find(({ webhook_id }) => webhook_id === id);
      if (claim) return claim;
    }
  }
  throw new Error("the pump's worker was faster each time");
}

Deno.test("what a worker that was killed had sent comes again with the same id, and nothing is lost", async () => {
  const receiver = new Receiver();
  const { id, secret } = await publisher.subscribe(receiver.url());
  const claim = await claimOf(id);
  const message = claim.events[0];
  assert.equal((await send(claim, message, outbound)).status, 204);
  // It dies here, between the send and the settlement. Its lease ends as if the time were over.
  const settle = { webhook_id: id, lease_token: claim.lease_token, outcomes: [], and_then: "release" };
  await answerOf(worker.rpc("settle_webhooks", settle));
  const all = await receiver.until(
    "the second delivery",
    (received) => received.filter((one) => one.id === message.id).length === 2,
  );
  const [first, second] = all.filter((one) => one.id === message.id);
  assert.equal(first!.body, second!.body);
  verify(secret, second!);
  const late = {
    ...settle,
    outcomes: [{ event_id: message.id, type: "x", attempt: 1, status: 200, latency_ms: 1, error: null }],
  };
  await assert.rejects(answerOf(worker.rpc("settle_webhooks", late)), /lease_lost/);
  await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
  await receiver.close();
});

Deno.test("a name that turns private between check and connection is never connected to", async () => {
  const receiver = new Receiver();
  const { id } = await publisher.subscribe(receiver.url());
  const claim = await claimOf(id);
  const port = new URL(receiver.url()).port;
  let lookups = 0;
  const resolve = () => Promise.resolve([lookups++ === 0 ? "3ffe::1" : "127.0.0.1"]);
  const target = { ...claim, url: `https://rebinding.example:${port}/`, timeout_seconds: 2 };
  const before = receiver.received.length;
  const first = await send(target, claim.events[0], { allowPrivate: [], resolve });
  assert.match(first.error!, /^(connection_failed|timeout)/);
  const second = await send(target, claim.events[0], { allowPrivate: [], resolve });
  assert.match(second.error!, /^address_refused/);
  assert.deepEqual([lookups, receiver.received.length], [2, before]);
  await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
  await receiver.close();
});

Deno.test("several workers share the work: each event is sent once, in order", async () => {
  const receivers = [new Receiver(), new Receiver(), new Receiver()];
  const ids: string[] = [];
  for (const receiver of receivers) ids.push((await publisher.subscribe(receiver.url())).id);
  const options = { client: worker, milliseconds: 6_000, idleMilliseconds: 2_000, batch: 3, outbound };
  const working = Promise.all([deliverWebhooks(options), deliverWebhooks(options)]);
  for (let i = 0; i < 12; i++) await publisher.publish();
  for (const receiver of receivers) {
    const all = await receiver.until("all of them", (received) => received.length >= 12);
    const versions = all.map(({ event }) => event.aggregateversion as number);
    assert.deepEqual(versions, versions.toSorted((one, other) => one - other));
    assert.equal(new Set(all.map(({ id }) => id)).size, 12);
    assert.equal(all.length, 12);
  }
  await working;
  for (const id of ids) await callPlatform("DELETE", `/webhooks/${id}`, asOwner);
  await Promise.all(receivers.map((receiver) => receiver.close()));
});
