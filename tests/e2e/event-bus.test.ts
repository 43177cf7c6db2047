import assert from "node:assert/strict";
import { type BusEvent, EventBusError } from "../../shared/client/event-bus.ts";
import { book, newUser } from "./fixture.ts";
import { busTest, close, newInvoicingClinic, type Own, screen, until } from "./screens.ts";

const clinic = await newInvoicingClinic();
const { organizationId, owner } = clinic;

busTest("what is published is received within a second, by every subscriber whose types it is of", async () => {
  const [here, there] = [await screen(owner, organizationId), await screen(owner, organizationId)];
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
  const received = () => heard.all!.length === 4 && heard.paid!.length === 3 && heard.there!.length === 3;
  await until(received, "not received", 1_000 + published - started);
  const story = [[1, 1], [2, 2], [3, 3]];
  assert.deepEqual(heard, { paid: story, there: story, all: [...story, [4, 4]] });

  await subscriptions[0]!();
  await here.bus.publish({ type: "invoice.paid", payload: { amount: 5 }, aggregateId });
  await until(() => heard.all!.length === 5, "the other goes on");
  assert.equal(heard.paid!.length, 3, "whoever left hears no more");
  await close(here, there);
});

busTest("what happens while the connection is gone is made up for, once and in order", async () => {
  const [here, there] = [await screen(owner, organizationId), await screen(owner, organizationId)];
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
  const here = await screen(owner, organizationId);
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
  const here = await screen(owner, organizationId);
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
  const here = await screen(clinic.staff, organizationId);
  const heard: string[] = [];
  const subscription = here.bus.subscribe("appointment.*", (event) => {
    if (event.type === "appointment.booked") heard.push(event.payload.service_id);
  });
  await subscription.ready;
  await book(await newUser(), clinic.serviceId);
  await until(() => heard.length === 1, "received");
  assert.deepEqual(heard, [clinic.serviceId]);
  await close(here);
});

busTest("what does not fit is refused with its path, and a key publishes once", async () => {
  const here = await screen(owner, organizationId);
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
