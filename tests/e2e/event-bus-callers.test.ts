import { createClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { type BusEvent, createEventBus } from "../../shared/client/event-bus.ts";
import { answerOf } from "../../shared/db/answer.ts";
import type { Database } from "../../shared/db/types.ts";
import { newService, newToken } from "./credentials.ts";
import { asUser, newClinic, newUser, stack } from "./fixture.ts";
import { busTest, close, newInvoicingClinic, type Own, screen, until } from "./screens.ts";

const { organizationId, owner } = await newInvoicingClinic();

busTest("a program with an API key publishes, and follows by the clock where Realtime does not know it", async () => {
  const made = await answerOf(
    owner.client.rpc("create_api_key", {
      organization_id: organizationId,
      name: "Till",
      scopes: ["events.publish", "events.read"],
    }),
  );
  const client = createClient<Database>(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { headers: { "x-api-key": (made as { key: string }).key } },
  });
  const bus = createEventBus<Own>({ client, organizationId, pollSeconds: { joined: 600, apart: 0.1 } });
  const heard: [number, string][] = [];
  const note = ({ payload, actorKind }: BusEvent<string, { amount: number }>) =>
    heard.push([payload.amount, actorKind]);
  await bus.subscribe("invoice.paid", note).ready;
  for (const amount of [1, 2]) await bus.publish({ type: "invoice.paid", payload: { amount } });
  await until(() => heard.length === 2, "received");
  assert.deepEqual(heard, [[1, "api_key"], [2, "api_key"]]);
  await close({ client, bus });
});

busTest("a service publishes by its token, for the organization that it is for", async () => {
  const here = await screen(owner, organizationId);
  const heard: [number, string, string][] = [];
  const note = ({ payload, actorKind, source }: BusEvent<string, { amount: number }>) =>
    heard.push([payload.amount, actorKind, source]);
  await here.bus.subscribe("invoice.paid", note).ready;
  const service = await newService(["events.publish"], { headers: asUser(owner), organization_id: organizationId });
  const token = await newToken(service);
  const client = createClient<Database>(stack.url, stack.publishableKey, { auth: { persistSession: false } });
  const bus = createEventBus<Own>({ client, organizationId, serviceToken: () => token });
  await bus.publish({ type: "invoice.paid", payload: { amount: 9 }, service: "billing" });
  await until(() => heard.length === 1, "received");
  assert.deepEqual(heard, [[9, "service", `/services/${service.name}`]]);

  const elsewhere = await newClinic();
  const foreign = { type: "invoice.paid", payload: { amount: 9 }, service: "billing" } as const;
  const organization = elsewhere.organizationId;
  await assert.rejects(bus.publish({ ...foreign, organizationId: organization }), {
    name: "EventBusError",
    status: 403,
  });
  const forged = createEventBus<Own>({ client, organizationId, serviceToken: () => `${token.slice(0, -4)}AAAA` });
  await assert.rejects(forged.publish(foreign), { name: "EventBusError", status: 401 });
  await close(here, { client, bus });
});

busTest("an outsider gets nothing, and is told", async () => {
  const [here, there] = [await screen(owner, organizationId), await screen(await newUser(), organizationId)];
  const heard: unknown[] = [];
  const errors: unknown[] = [];
  const subscription = there.bus.subscribe("*", (event) => heard.push(event), {
    onError: (error) => errors.push(error),
  });
  await assert.rejects(subscription.ready, { name: "EventBusError", code: "not_found", status: 404 });
  await assert.rejects(
    there.bus.publish({ type: "invoice.paid", payload: { amount: 1 } }),
    { name: "EventBusError", code: "not_found" },
  );
  const nobody = createClient(stack.url, stack.publishableKey, { auth: { persistSession: false } });
  const { ready } = createEventBus({ client: nobody, organizationId })
    .subscribe("*", (event) => heard.push(event), { onError: () => {} });
  await assert.rejects(ready, { code: "not_authenticated", status: 401 });
  await here.bus.publish({ type: "invoice.paid", payload: { amount: 1 } });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual([heard, errors.length], [[], 1]);
  await close(here, there);
});
