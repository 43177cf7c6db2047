import type { RealtimeChannel } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { Hint } from "../../shared/events/catalog.ts";
import { asUser, book, call, type Client, newClinic, newUser, nextSlot, type User } from "./fixture.ts";

const clinic = await newClinic();
const [customer, outsider] = await Promise.all([newUser(), newUser()]);
const desk = `org:${clinic.organizationId}:appointments`;

interface Listener {
  hints: Hint[];
  /** Waits until so many hints have come, or fails. */
  waitFor(count: number): Promise<Hint[]>;
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
  const waitFor = async (count: number) => {
    for (const until = Date.now() + 10_000; hints.length < count;) {
      assert.ok(Date.now() < until, `${topic}: ${hints.length} of ${count} hints came`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return hints;
  };
  return { hints, waitFor };
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
  const afterwards = ["appointment.confirmed", "appointment.rescheduled", "appointment.cancelled"];
  assert.deepEqual((await own.waitFor(3)).map(({ type }) => type), afterwards);
  assert.deepEqual((await atTheDesk.waitFor(4)).map(({ type }) => type), ["appointment.requested", ...afterwards]);
  assert.deepEqual(
    atTheDesk.hints.map(({ id, version }) => [id, version]),
    [1, 2, 3, 4].map((version) => [requested.id, version]),
  );
  await close(clinic.staff.client, customer.client);
});

realtimeTest("what is refused is not heard", async () => {
  const atTheDesk = await listen(clinic.owner, desk);
  const taken = await book(customer, clinic.serviceId);
  const refused = await call("POST", "/appointments", asUser(outsider), {
    service_id: clinic.serviceId,
    starts_at: taken.starts_at,
  });
  assert.equal(refused.status, 409);
  await book(customer, clinic.serviceId);
  const hints = await atTheDesk.waitFor(2);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(hints.map(({ type }) => type), ["appointment.booked", "appointment.booked"]);
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
