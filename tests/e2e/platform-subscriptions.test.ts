import assert from "node:assert/strict";
import {
  DeadLetters,
  Nacked,
  StartedReplay,
  Stats,
  Subscription,
  Subscriptions,
} from "../../supabase/functions/platform/subscriptions/schemas.ts";
import { accessTest, type Caller, type Expected, managersOnly, newCast } from "./access.ts";
import { asKey, askToken, asService, newKey, newService } from "./credentials.ts";
import { declareInvoices, invoice, published } from "./event-fixture.ts";
import { asUser, callPlatform, newClinic, stack } from "./fixture.ts";
import { assertIdempotent } from "./refusals.ts";
import { at, claim, claimed, ids, newSubscription } from "./subscription-fixture.ts";

const { clinic, callers } = await newCast();
const { organizationId: organization_id, owner } = clinic;
await declareInvoices(clinic);
const headers = asUser(owner);
const post = (id: string, verb: string, body?: unknown, as: Record<string, string> = headers) =>
  callPlatform("POST", at(id, verb), as, body);

/** Of the cast only the owner reads events. Where a secret key opens, a publishable one is the wrong key. */
const ownerOnly = (allowed: Expected): Record<Caller, Expected> => ({
  ...managersOnly(allowed),
  guest: [401, "invalid_api_key"],
});
const make = async () => ({ id: (await newSubscription(clinic)).id });
const look = async ({ id }: { id: string }) => (await callPlatform("GET", at(id), headers)).body;

accessTest("subscribe", callers, {
  expected: ownerOnly([201]),
  send: (as) =>
    callPlatform("POST", "/subscriptions", as, { organization_id, name: crypto.randomUUID(), types: ["*"] }),
  accepted: ({ body, headers }) => {
    assert.deepEqual(Subscription.parse(body), body);
    assert.equal(headers.get("location"), `${stack.url}/functions/v1/platform/subscriptions/${body.id}`);
  },
});

accessTest("list subscriptions", callers, {
  expected: ownerOnly([200]),
  send: (as) => callPlatform("GET", `/subscriptions?organization_id=${organization_id}`, as),
  reads: true,
  accepted: ({ body }) => assert.deepEqual(Subscriptions.parse(body), body),
});

for (
  const [name, path] of [["read a subscription", ""], ["read its standing", "/stats"], [
    "list its dead letters",
    "/dead-letters",
  ]] as const
) {
  accessTest(name, callers, {
    expected: ownerOnly([200]),
    make,
    send: (as, { id }) => callPlatform("GET", at(id, path), as),
    reads: true,
  });
}

accessTest("change a subscription", callers, {
  expected: ownerOnly([200]),
  make,
  look,
  send: (as, { id }) => callPlatform("PATCH", at(id), as, { max_attempts: 3 }),
  accepted: ({ body }) => assert.equal(Subscription.parse(body).max_attempts, 3),
});

for (
  const [verb, allowed, body] of [
    ["pause", 200, undefined],
    ["resume", 200, undefined],
    ["claim", 200, {}],
    ["redrive", 200, {}],
    ["replay", 201, { starts_at: "2026-01-01T00:00:00Z" }],
  ] as const
) {
  accessTest(`${verb} a subscription`, callers, {
    expected: ownerOnly([allowed]),
    make,
    look,
    send: (as, { id }) => post(id, `/${verb}`, body, as),
  });
}

accessTest("delete a subscription", callers, {
  expected: ownerOnly([204]),
  make,
  look,
  send: (as, { id }) => callPlatform("DELETE", at(id), as),
});

Deno.test("acknowledging, refusing and prolonging are for those who may claim", async (t) => {
  const { id } = await newSubscription(clinic);
  const lease_token = crypto.randomUUID();
  const expected = ownerOnly([409, "lease_lost"]);
  const bodies = { ack: {}, nack: { event_id: crypto.randomUUID() }, extend: { seconds: 60 } };
  for (const [verb, body] of Object.entries(bodies)) {
    for (const [who, [status, code]] of Object.entries(expected)) {
      await t.step(`${verb} by ${who}: ${status} ${code}`, async () => {
        const answer = await post(id, `/${verb}`, { lease_token, ...body }, callers[who as Caller]);
        assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
      });
    }
  }
});

Deno.test("a subscription is made once under a key", async () => {
  const wanted = { organization_id, name: crypto.randomUUID(), types: ["invoice.paid"] };
  await assertIdempotent(
    (body, more) => callPlatform("POST", "/subscriptions", { ...headers, ...more }, body),
    wanted,
    { ...wanted, members: 2 },
  );
});

Deno.test("events are claimed, acknowledged, refused, and come again in order", async () => {
  const { id } = await newSubscription(clinic, { max_attempts: 2 });
  const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
  const sent = await published(clinic, [one, other, one].map((aggregate_id) => invoice({ aggregate_id })));
  const first = await claimed(headers, id, 3);
  assert.deepEqual(ids(first), sent.map((event) => event.id));
  assert.deepEqual(first.events.map(({ attempt, replayed }) => [attempt, replayed]), Array(3).fill([1, false]));
  assert.deepEqual((await claim(headers, id)).body.events, [], "they are leased");

  const { lease_token } = first;
  const nack = (event_id: string, more: object = {}, lease = lease_token) =>
    post(id, "/nack", { lease_token: lease, event_id, error: "no answer", ...more });
  const nacked = Nacked.parse((await nack(sent[0]!.id, { retry_after_seconds: 0 })).body);
  assert.deepEqual([nacked.status, nacked.parked, nacked.remaining], ["waiting", [sent[2]!.id], 1]);
  const extended = await post(id, "/extend", { lease_token, seconds: 600 });
  assert.ok(Date.parse(extended.body.leased_until) > Date.now() + 590_000);
  assert.deepEqual((await post(id, "/ack", { lease_token, event_ids: [sent[1]!.id] })).body, { remaining: 0 });
  assert.deepEqual((await post(id, "/ack", { lease_token })).body, { remaining: 0 }, "twice is once");

  const again = await claimed(headers, id, 2);
  assert.deepEqual(ids(again), [sent[0]!.id, sent[2]!.id]);
  assert.equal(again.events[0]!.attempt, 2);
  const dead = Nacked.parse((await nack(sent[0]!.id, {}, again.lease_token)).body);
  assert.deepEqual([dead.status, dead.run_at, dead.parked], ["dead", null, []]);
  assert.deepEqual((await post(id, "/ack", { lease_token: again.lease_token })).body, { remaining: 0 });

  const letters = DeadLetters.parse((await callPlatform("GET", at(id, "/dead-letters"), headers)).body);
  assert.deepEqual(letters.items.map(({ event, attempts, last_error }) => [event.id, attempts, last_error]), [
    [sent[0]!.id, 2, "no answer"],
  ]);
  assert.equal(Stats.parse((await callPlatform("GET", at(id, "/stats"), headers)).body).dead, 1);
  assert.deepEqual((await post(id, "/redrive")).body, { redriven: 1 });
  assert.deepEqual(ids(await claimed(headers, id, 1)), [sent[0]!.id]);
});

Deno.test("members share the aggregates, and a range is replayed with the same ids", async () => {
  const { id } = await newSubscription(clinic, { members: 2 });
  const began = new Date(Date.now() - 60_000).toISOString();
  const [even, odd] = ["0", "1"].map((end) => crypto.randomUUID().slice(0, -1) + end);
  const sent = await published(clinic, [even, odd, even].map((aggregate_id) => invoice({ aggregate_id })));
  const [mine, theirs] = [await claimed(headers, id, 2, { member: 0 }), await claimed(headers, id, 1, { member: 1 })];
  assert.deepEqual(ids(mine), [sent[0]!.id, sent[2]!.id]);
  assert.deepEqual(ids(theirs), [sent[1]!.id]);
  const busy = await callPlatform("PATCH", at(id), headers, { members: 3 });
  assert.deepEqual([busy.status, busy.body.code], [409, "subscription_leased"]);
  for (const { lease_token } of [mine, theirs]) await post(id, "/ack", { lease_token });
  assert.equal((await callPlatform("PATCH", at(id), headers, { members: 1 })).body.members, 1);

  const replay = await post(id, "/replay", { starts_at: began, types: ["invoice.sent"] });
  assert.deepEqual(StartedReplay.parse(replay.body), replay.body);
  const replayed = await claimed(headers, id, 3);
  const own = replayed.events.filter(({ event }) => [even, odd].includes(event.aggregateid));
  assert.deepEqual(own.map(({ event, replayed }) => [event.id, replayed]), sent.map((event) => [event.id, true]));
});

Deno.test("what is paused gives nothing, and goes on where it stopped", async () => {
  const { id } = await newSubscription(clinic);
  assert.equal((await post(id, "/pause")).body.status, "paused");
  const [event] = await published(clinic, [invoice()]);
  const refused = await claim(headers, id);
  assert.deepEqual([refused.status, refused.body.code], [409, "subscription_not_active"]);
  assert.deepEqual([(await post(id, "/resume")).body.status, (await post(id, "/resume")).body.missed], [
    "active",
    null,
  ]);
  assert.deepEqual(ids(await claimed(headers, id, 1)), [event!.id]);
});

Deno.test("a key and a service read what their scopes allow, in their organization alone", async () => {
  const { id } = await newSubscription(clinic);
  const [event] = await published(clinic, [invoice()]);
  const reader = asKey((await newKey(clinic, ["events.read"])).key);
  assert.deepEqual(ids(await claimed(reader, id, 1)), [event!.id]);
  const codes = async (as: Record<string, string>) => [
    (await claim(as, id)).body.code,
    (await post(id, "/pause", undefined, as)).body.code,
  ];
  assert.deepEqual(await codes(reader), [undefined, "permission_denied"]);
  const writer = asKey((await newKey(clinic, ["events.publish"])).key);
  assert.deepEqual(await codes(writer), ["permission_denied", "permission_denied"]);
  const elsewhere = await newClinic();
  const foreign = asKey((await newKey(elsewhere, ["events.read", "subscriptions.manage"])).key);
  assert.deepEqual(await codes(foreign), ["not_found", "not_found"]);
  const service = await newService(["events.read", "subscriptions.manage"], { headers, organization_id });
  const token = asService((await askToken(service, { organization_id })).body.access_token);
  assert.deepEqual(await codes(token), [undefined, undefined]);
  assert.deepEqual(await codes(asService("not.a.token")), ["invalid_token", "invalid_token"]);
});

Deno.test("the operator's own subscription is given the events of every organization", async () => {
  const operator = { apikey: stack.secretKey };
  const made = await callPlatform("POST", "/subscriptions", operator, {
    name: crypto.randomUUID(),
    types: ["invoice.sent"],
  });
  assert.deepEqual([made.status, made.body.organization_id], [201, null], made.text);
  const [event] = await published(clinic, [invoice()]);
  const seen = await claimed(operator, made.body.id, 1);
  assert.ok(ids(seen).includes(event!.id));
  assert.equal((await callPlatform("GET", at(made.body.id), headers)).status, 404);
  assert.equal((await callPlatform("DELETE", at(made.body.id), operator)).status, 204);
});
