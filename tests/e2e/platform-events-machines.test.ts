import assert from "node:assert/strict";
import { Stream } from "../../supabase/functions/platform/events/schemas.ts";
import { assertRefused } from "./access.ts";
import { asKey, asService, newKey, newService, newToken } from "./credentials.ts";
import { declareInvoices, invoice, publish, published } from "./event-fixture.ts";
import { asUser, callPlatform, newClinic } from "./fixture.ts";

const clinic = await newClinic();
const elsewhere = await newClinic();
await declareInvoices(clinic);
const { organizationId: organization_id, owner } = clinic;
const one = () => ({ organization_id, ...invoice() });
const list = (as: Record<string, string>) => callPlatform("GET", `/events?organization_id=${organization_id}`, as);

async function tokenOf({ owner, organizationId }: typeof clinic, scopes: string[]): Promise<string> {
  return await newToken(await newService(scopes, { headers: asUser(owner), organization_id: organizationId }));
}

Deno.test("events: a program with a key publishes and reads what its scopes allow", async () => {
  const till = asKey((await newKey(clinic, ["events.publish", "events.read"])).key);
  const sent = await publish(till, one());
  assert.equal(sent.status, 201, sent.text);
  const { body } = await callPlatform("GET", `/streams/${sent.body.events[0].aggregate_id}`, till);
  const [read] = Stream.parse(body).items;
  assert.deepEqual([read!.actorkind, read!.source], ["api_key", `/organizations/${organization_id}`]);

  const reader = asKey((await newKey(clinic, ["events.read"])).key);
  const foreign = asKey((await newKey(elsewhere, ["events.publish", "events.read"])).key);
  assertRefused(await publish(reader, one()), [403, "permission_denied"], "a key without the scope");
  assertRefused(await publish(foreign, one()), [403, "permission_denied"], "another organization's key");
  assertRefused(await list(foreign), [403, "permission_denied"], "another organization's key");
  const nobodys = asKey(`alm_00000000_${"x".repeat(43)}`);
  assertRefused(await publish(nobodys, one()), [401, "invalid_api_key"], "a key of nobody");
});

Deno.test("events: a service publishes under its name, for the organization its token is for", async () => {
  const service = await newService(["events.publish", "events.read"], { headers: asUser(owner), organization_id });
  const as = asService(await newToken(service));
  const sent = await publish(as, one());
  assert.equal(sent.status, 201, sent.text);
  const { body } = await callPlatform("GET", `/streams/${sent.body.events[0].aggregate_id}`, as);
  const [read] = Stream.parse(body).items;
  assert.deepEqual([read!.actorkind, read!.actorid], ["service", service.id]);
  assert.match(read!.source, /^\/services\/service-/);

  const foreign = asService(await tokenOf(elsewhere, ["events.publish", "events.read"]));
  const powerless = asService(await tokenOf(clinic, ["resources.read"]));
  assertRefused(await publish(foreign, one()), [403, "permission_denied"], "a token for another organization");
  assertRefused(await list(foreign), [403, "permission_denied"], "a token for another organization");
  assertRefused(await publish(powerless, one()), [403, "permission_denied"], "a token without the scope");
  const [header, claims] = as.authorization.split(".");
  const forged = { authorization: `${header}.${claims}.${"A".repeat(86)}` };
  assertRefused(await publish(forged, one()), [401, "invalid_service_token"], "a forged token");
});

Deno.test({
  name: "events: what is published is hinted within a second, once a type",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await owner.client.realtime.setAuth(owner.token);
    const heard: { event: string; id: string; version: number; at: number }[] = [];
    const channel = owner.client.channel(`org:${organization_id}:events`, { config: { private: true } })
      .on(
        "broadcast",
        { event: "*" },
        ({ event, payload }) => heard.push({ event, ...payload, at: performance.now() }),
      );
    await new Promise<void>((resolve, reject) =>
      channel.subscribe((status, error) => status === "SUBSCRIBED" ? resolve() : reject(error ?? new Error(status)))
    );
    const aggregate_id = crypto.randomUUID();
    const paid = invoice({ aggregate_id, type: "invoice.paid", data: { amount: 1 } });
    await published(clinic, [invoice(), paid, invoice({ aggregate_id }), invoice({ aggregate_id })]);
    const committed = performance.now();
    const ours = () => heard.filter(({ event }) => event.startsWith("invoice."));
    while (ours().length < 2 && performance.now() - committed < 10_000) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.deepEqual(
      ours().map(({ event, id, version }) => [event, id, version]).sort(),
      [["invoice.paid", aggregate_id, 1], ["invoice.sent", aggregate_id, 3]],
    );
    const latest = Math.max(...ours().map(({ at }) => at)) - committed;
    assert.ok(latest < 1_000, `the hint took ${Math.round(latest)} ms`);
    await owner.client.removeAllChannels();
    owner.client.realtime.disconnect();
  },
});
