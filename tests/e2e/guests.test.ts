import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { asUser, call, clientFor, newClinic, newService, newUser, nextSlot, stack } from "./fixture.ts";

const clinic = await newClinic();
const { owner, organizationId, resourceId, serviceId: service_id } = clinic;
const visitor = clientFor(stack.publishableKey);
const guest = { name: "Grace Guest", email: "grace@example.test" };

// deno-lint-ignore no-explicit-any
const told = async (asked: PromiseLike<any>): Promise<any> => await answerOf(asked);

/** Stranger to everything: the publishable key, and another thing's token. */
async function assertClosed(what: string, refused: PromiseLike<{ error: { message: string } | null }>, code: string) {
  const { error } = await refused;
  assert.equal(error?.message, code, what);
}

Deno.test("supabase-js with the publishable key alone: hold, book, follow and cancel", async () => {
  const starts_at = nextSlot();
  const [slot] = await told(visitor.rpc("available_slots", { service_id, from_time: starts_at, to_time: nextSlot() }));
  const held = await told(visitor.rpc("place_hold", { service_id, starts_at: slot.starts_at }));
  const { id: hold_id, hold_token } = held;
  assert.equal((await told(visitor.rpc("get_hold", { hold_id, hold_token }))).status, "held");
  await assertClosed("no token", visitor.rpc("get_hold", { hold_id }), "not_found");
  const booked = await told(visitor.rpc("book_appointment", { service_id, hold_id, hold_token, guest }));
  const mine = { appointment_id: booked.id, manage_token: booked.manage_token };
  await assertClosed(
    "a hold's token",
    visitor.rpc("get_appointment", { ...mine, manage_token: hold_token }),
    "invalid_manage_token",
  );
  assert.equal((await told(visitor.rpc("get_appointment", mine))).starts_at, slot.starts_at);
  await told(visitor.rpc("cancel_appointment", mine));
  const history = await told(visitor.rpc("appointment_history", mine));
  assert.deepEqual(history.map((entry: Record<string, unknown>) => [entry.action, entry.actor, entry.actor_name]), [
    ["appointment.booked", "guest", null],
    ["appointment.cancelled", "guest", null],
  ]);
  await assertClosed("no token", visitor.rpc("appointment_history", { appointment_id: booked.id }), "not_found");
});

Deno.test("supabase-js with the publishable key alone: sessions and the waitlist", async () => {
  const group = await newService(owner, organizationId, resourceId, { seats: 2, maximum_party: 2 });
  const planned = await call("POST", "/sessions", asUser(owner), { service_id: group, starts_at: nextSlot() });
  const { data: open } = await visitor.from("group_sessions").select("id, starts_at, ends_at").eq("service_id", group);
  assert.deepEqual(open?.map(({ id }) => id), [planned.body.id], "sessions of public services are public");
  const joined = await told(visitor.rpc("join_session", { session_id: open![0]!.id, party_size: 2, guest }));
  const range = { from_time: open![0]!.starts_at, to_time: open![0]!.ends_at };
  const entry = await told(visitor.rpc("join_waitlist", { service_id: group, ...range, guest }));
  const mine = { entry_id: entry.id, waitlist_token: entry.waitlist_token };
  assert.equal((await told(visitor.rpc("get_waitlist_entry", mine))).position, 1);
  await told(visitor.rpc("cancel_appointment", { appointment_id: joined.id, manage_token: joined.manage_token }));
  const offered = await told(visitor.rpc("get_waitlist_entry", mine));
  assert.deepEqual([offered.status, typeof offered.hold_token], ["offered", "string"]);
  const { offer, hold_token } = offered;
  await told(visitor.rpc("release_hold", { hold_id: offer.id, hold_token }));
  assert.equal((await told(visitor.rpc("leave_waitlist", mine))).status, "left");
  for (const table of ["holds", "waitlist_entries", "appointments", "audit_entries"] as const) {
    const { data } = await visitor.from(table).select("*");
    assert.deepEqual(data ?? [], [], `guests read no ${table}`);
  }
});

Deno.test("what only staff may do is not there for guests", async () => {
  const id = crypto.randomUUID();
  for (
    const refused of [
      visitor.rpc("plan_session", { service_id, starts_at: nextSlot() }),
      visitor.rpc("cancel_session", { session_id: id }),
      visitor.rpc("decline_appointment", { appointment_id: id }),
      visitor.rpc("mark_entered_in_error", { appointment_id: id }),
    ]
  ) {
    const { error } = await refused;
    assert.equal(error?.code, "42501");
  }
});

Deno.test("no token is kept where anyone reads: neither in what is answered to staff nor in the log", async () => {
  const held = await told(
    visitor.rpc("place_hold", { service_id, starts_at: nextSlot(), idempotency_key: crypto.randomUUID() }),
  );
  const entry = await told(
    visitor.rpc("join_waitlist", { service_id, from_time: nextSlot(), to_time: nextSlot(), guest }),
  );
  const read = await Promise.all([
    call("GET", `/holds/${held.id}`, asUser(owner)),
    call("GET", `/waitlist/${entry.id}`, asUser(owner)),
  ]);
  const { data: log } = await owner.client.from("audit_entries").select("*").in("subject_id", [held.id, entry.id]);
  assert.equal(log?.length, 2);
  const signatures = [held.hold_token, entry.waitlist_token].map((token: string) => token.split(".")[1]!);
  const seen = JSON.stringify([log, ...read.map(({ body }) => body)]);
  for (const secret of signatures) assert.ok(secret.length > 20 && !seen.includes(secret));
  assert.ok(!JSON.stringify(log).includes(guest.email), "nor who the guest is");
});

Deno.test({
  name: "an entry of the waitlist is not heard by others",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const someone = await newUser();
    const entry = await told(
      visitor.rpc("join_waitlist", { service_id, from_time: nextSlot(), to_time: nextSlot(), guest }),
    );
    await someone.client.realtime.setAuth(someone.token);
    const status = await new Promise<string>((resolve) =>
      someone.client.channel(`waitlist_entry:${entry.id}`, { config: { private: true } })
        .subscribe((state, error) => resolve(error ? `${state} ${error.message}` : state))
    );
    assert.match(status, /^CHANNEL_ERROR .*[Uu]nauthorized/);
    await someone.client.removeAllChannels().then(() => someone.client.realtime.disconnect());
  },
});
