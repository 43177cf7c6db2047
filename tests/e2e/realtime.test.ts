import type { RealtimeChannel } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { type EventType, Hint } from "../../shared/events/catalog.ts";
import { asUser, book, call, type Client, newClinic, newUser, nextSlot, type User } from "./fixture.ts";

const clinic = await newClinic();
const [customer, outsider] = await Promise.all([newUser(), newUser()]);
const desk = `org:${clinic.organizationId}:appointments`;

interface Listener {
  hints: Hint[];
  /** The types heard of one aggregate, once the given one has come. */
  until(type: EventType, id: string): Promise<EventType[]>;
}

const joined = (channel: RealtimeChannel) =>
  new Promise<string>((resolve) =>
    channel.subscribe((status, error) => resolve(error ? `${status} ${error.message}` : status))
  );

async function listen({ client, token }: User, topic: string): Promise<Listener> {
  const hints: Hint[] = [];
  await client.realtime.setAuth(token);
  const channel = client.channel(topic, { config: { private: true } })
    .on("broadcast", { event: "*" }, ({ event, payload }) => {
      const hint = Hint.parse(payload);
      assert.equal(hint.type, event);
      hints.push(hint);
    });
  assert.equal(await joined(channel), "SUBSCRIBED");
  const until = async (last: EventType, id: string) => {
    const about = () => hints.filter((hint) => hint.id === id).map(({ type }) => type);
    for (const deadline = Date.now() + 10_000; !about().includes(last);) {
      assert.ok(Date.now() < deadline, `${last} did not come on ${topic}, only ${about().join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return about();
  };
  return { hints, until };
}

const close = (...clients: Client[]) =>
  Promise.all(clients.map((client) => client.removeAllChannels().then(() => client.realtime.disconnect())));

const realtimeTest = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });

realtimeTest("staff hear what happens in their organization, customers what concerns them", async () => {
  const atTheDesk = await listen(clinic.staff, desk);
  const requested = await book(customer, clinic.approvalServiceId);
  const own = await listen(customer, `appointment:${requested.id}`);
  const staff = asUser(clinic.staff);
  await call("POST", `/appointments/${requested.id}/confirm`, staff);
  await call("PUT", `/appointments/${requested.id}`, asUser(customer), { starts_at: nextSlot() });
  await call("DELETE", `/appointments/${requested.id}`, asUser(customer));
  const story: EventType[] = [
    "appointment.requested",
    "appointment.confirmed",
    "appointment.rescheduled",
    "appointment.cancelled",
  ];
  assert.deepEqual(await atTheDesk.until("appointment.cancelled", requested.id), story);
  assert.deepEqual(atTheDesk.hints.map(({ version }) => version), [1, 2, 3, 4]);
  // The first was sent before the customer could listen: it may or may not reach them.
  const heard = await own.until("appointment.cancelled", requested.id);
  assert.deepEqual(heard.filter((type) => type !== "appointment.requested"), story.slice(1));
  await close(clinic.staff.client, customer.client);
});

realtimeTest("what is refused is not heard", async () => {
  const atTheDesk = await listen(clinic.owner, desk);
  const taken = await book(customer, clinic.serviceId);
  const booking = { service_id: clinic.serviceId, starts_at: taken.starts_at };
  const refused = await call("POST", "/appointments", asUser(outsider), booking);
  assert.equal(refused.status, 409);
  const next = await book(customer, clinic.serviceId);
  await atTheDesk.until("appointment.booked", next.id);
  const booked = atTheDesk.hints.filter(({ type }) => type === "appointment.booked");
  assert.deepEqual(booked.map(({ id }) => id), [taken.id, next.id]);
  await close(clinic.owner.client);
});

realtimeTest("nobody else may listen", async () => {
  const { id } = await book(customer, clinic.serviceId);
  const join = async ({ client, token }: User, topic: string) => {
    await client.realtime.setAuth(token);
    return await joined(client.channel(topic, { config: { private: true } }));
  };
  assert.match(await join(outsider, `appointment:${id}`), /^CHANNEL_ERROR .*[Uu]nauthorized/);
  assert.match(await join(outsider, desk), /^CHANNEL_ERROR .*[Uu]nauthorized/);
  assert.match(await join(customer, desk), /^CHANNEL_ERROR .*[Uu]nauthorized/);
  assert.match(await join(outsider, "appointment:not-an-id"), /^CHANNEL_ERROR .*[Uu]nauthorized/);
  await close(outsider.client, customer.client);
});
