import { createClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { type BusEvent, createEventBus, EventBusError } from "../../shared/client/event-bus.ts";
import type { Database } from "../../shared/db/types.ts";
import { newService, newToken } from "./credentials.ts";
import { asUser, book, newClinic, newUser, stack, type User } from "./fixture.ts";

const clinic = await newClinic();
const { organizationId, owner } = clinic;
const outsider = await newUser();
const schema = { type: "object", required: ["amount"], properties: { amount: { type: "integer" } } };
for (const type of ["invoice.paid", "invoice.sent"]) {
  await answerOf(owner.client.rpc("declare_event_type", { organization_id: organizationId, type, schema }));
}

interface Own {
  "invoice.paid": { amount: number };
}

/** The user at another screen: a client, and so a socket, of its own. */
async function screen({ client }: User) {
  const sockets: WebSocket[] = [];
  class transport extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      sockets.push(this);
    }
  }
  const own = createClient<Database>(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport },
  });
  const { data } = await client.auth.getSession();
  await own.auth.setSession(data.session!);
  return {
    client: own,
    // Slow enough that nothing here comes by the clock.
    bus: createEventBus<Own>({ client: own, organizationId, pollSeconds: { joined: 600, apart: 600 } }),
    connections: () => sockets.length,
    /** Ends the connection, as a lost network does. */
    cut: () =>
      new Promise((resolve) => {
        sockets.at(-1)!.addEventListener("close", resolve);
        sockets.at(-1)!.close();
      }),
  };
}
type Screen = Awaited<ReturnType<typeof screen>>;

const close = async (...screens: Pick<Screen, "client" | "bus">[]) => {
  for (const { client, bus } of screens) {
    await bus.close();
    client.realtime.disconnect();
  }
};

async function until(met: () => boolean, what: string, milliseconds = 5_000): Promise<void> {
  for (const deadline = Date.now() + milliseconds; !met();) {
    assert.ok(Date.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const busTest = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name: `event bus: ${name}`, fn, sanitizeOps: false, sanitizeResources: false });

busTest("what is published is received within a second, by every subscriber whose types it is of", async () => {
  const [here, there] = [await screen(owner), await screen(owner)];
  const heard: Record<string, [number, number][]> = { paid: [], all: [], there: [] };
  const note = (who: string) => ({ payload, aggregateVersion }: BusEvent<string, Own["invoice.paid"]>) =>
    heard[who]!.push([payload.amount, aggregateVersion]);
  const subscriptions = [
    here.bus.subscribe("invoice.paid", note("paid")),
    here.bus.subscribe("invoice.*", (event) => note("all")(event as never)),
    there.bus.subscribe(["invoice.paid"], note("there")),
  ];
  await Promise.all(subscriptions.map(({ ready }) => ready));
  const aggregateId = crypto.randomUUID();
  const started = Date.now();
  for (const amount of [1, 2, 3]) {
    const { version } = await here.bus.publish({ type: "invoice.paid", payload: { amount }, aggregateId });
    assert.equal(version, amount);
  }
  await here.bus.publish({ type: "invoice.sent", payload: { amount: 4 }, aggregateId });
  const published = Date.now();
  await until(() => heard.all!.length === 4 && heard.there!.length === 3, "not received", 1_000 + published - started);
  const story = [[1, 1], [2, 2], [3, 3]];
  assert.deepEqual(heard, { paid: story, there: story, all: [...story, [4, 4]] });

  await subscriptions[0]!();
  await here.bus.publish({ type: "invoice.paid", payload: { amount: 5 }, aggregateId });
  await until(() => heard.all!.length === 5, "the other goes on");
  assert.equal(heard.paid!.length, 3, "whoever left hears no more");
  await close(here, there);
});

busTest("what happens while the connection is gone is made up for, once and in order", async () => {
  const [here, there] = [await screen(owner), await screen(owner)];
  const amounts: number[] = [];
  const subscription = here.bus.subscribe("invoice.paid", ({ payload }) => amounts.push(payload.amount));
  await subscription.ready;
  const aggregateId = crypto.randomUUID();
  const publish = (amount: number) => there.bus.publish({ type: "invoice.paid", payload: { amount }, aggregateId });
  await publish(1);
  await until(() => amounts.length === 1, "the first is received");

  for (const round of [0, 1]) {
    await here.cut();
    for (const amount of [2, 3, 4]) await publish(3 * round + amount);
    if (here.connections() === 1 + round) {
      assert.equal(amounts.length, 1 + 3 * round, "nothing comes over a connection that is gone");
    }
    await until(() => amounts.length === 4 + 3 * round, `only ${amounts}`, 20_000);
  }
  assert.equal(here.connections(), 3, "a new connection each time");
  await publish(8);
  await until(() => amounts.includes(8), "and goes on");
  assert.deepEqual(amounts, [1, 2, 3, 4, 5, 6, 7, 8]);
  await close(here, there);
});

busTest("a screen that was closed goes on where it was", async () => {
  const here = await screen(owner);
  const amounts: number[] = [];
  let place: string | undefined;
  const storage = { load: () => place, save: (cursor: string) => void (place = cursor) };
  const take = ({ payload }: { payload: { amount: number } }) => amounts.push(payload.amount);
  const first = here.bus.subscribe("invoice.paid", take, { storage });
  await first.ready;
  await here.bus.publish({ type: "invoice.paid", payload: { amount: 1 } });
  await until(() => amounts.length === 1, "received");
  await until(() => place !== undefined && place === first.cursor(), "the place is kept");
  await first();
  await here.bus.publish({ type: "invoice.paid", payload: { amount: 2 } });
  await here.bus.publish({ type: "invoice.sent", payload: { amount: 3 } });
  here.bus.subscribe("invoice.paid", take, { storage });
  await until(() => amounts.length === 2, "what came meanwhile is received");
  assert.deepEqual(amounts, [1, 2]);
  await close(here);
});

busTest("a handler that fails keeps neither the others nor the next event back", async () => {
  const here = await screen(owner);
  const failures: [string, number][] = [];
  const heard: number[] = [];
  const bad = here.bus.subscribe("invoice.paid", ({ payload }) => {
    if (payload.amount < 3) throw new Error("broken");
    heard.push(payload.amount);
  }, { onError: (error, event) => failures.push([(error as Error).message, Number(event?.payload.amount)]) });
  const good = here.bus.subscribe("invoice.paid", ({ payload }) => heard.push(payload.amount));
  await Promise.all([bad.ready, good.ready]);
  for (const amount of [1, 2, 3]) await here.bus.publish({ type: "invoice.paid", payload: { amount } });
  await until(() => heard.length === 4, "received");
  assert.deepEqual([failures, heard.sort()], [[["broken", 1], ["broken", 2]], [1, 2, 3, 3]]);
  await close(here);
});

busTest("Almanac's own events come typed, on the topic of their domain", async () => {
  const here = await screen(clinic.staff);
  const heard: string[] = [];
  const subscription = here.bus.subscribe("appointment.*", (event) => {
    if (event.type === "appointment.booked") heard.push(event.payload.service_id);
  });
  await subscription.ready;
  await book(outsider, clinic.serviceId);
  await until(() => heard.length === 1, "received");
  assert.deepEqual(heard, [clinic.serviceId]);
  await close(here);
});

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
  const here = await screen(owner);
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
  const [here, there] = [await screen(owner), await screen(outsider)];
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

busTest("what does not fit is refused with its path, and a key publishes once", async () => {
  const here = await screen(owner);
  const wrong = { type: "invoice.paid", payload: { amount: "1" } } as unknown as {
    type: "invoice.paid";
    payload: Own["invoice.paid"];
  };
  const error = await here.bus.publish(wrong).then(() => undefined, (error) => error);
  assert.ok(error instanceof EventBusError);
  assert.deepEqual([error.code, error.status, error.members.path], ["event_does_not_fit", 422, "/amount"]);
  const event = { type: "invoice.paid", payload: { amount: 7 }, idempotencyKey: crypto.randomUUID() } as const;
  assert.deepEqual(await here.bus.publish(event), await here.bus.publish(event));
  await assert.rejects(here.bus.publish({ ...event, service: "billing" }), { code: "invalid_service_token" });
  await close(here);
});
