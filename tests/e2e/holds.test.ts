import assert from "node:assert/strict";
import { Hold, PlacedHold } from "../../supabase/functions/appointments/holds/schemas.ts";
import { BookedAppointment, Slots } from "../../supabase/functions/appointments/schemas.ts";
import { accessTest, anyUser, type Caller, type Expected, newCast, signedInOnly, strangers } from "./access.ts";
import { asGuest, asUser, book, call, newService, newUser, nextSlot, secretWord, stack } from "./fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const { clinic, customer, otherCustomer, callers } = await newCast();
const { serviceId: service_id, owner, organizationId, resourceId } = clinic;
const headers = asUser(customer);
const guest = { name: `${secretWord} Guest`, email: "guest@example.test" };
const unknownId = crypto.randomUUID();

const hold = async (as: Record<string, string>, starts_at = nextSlot()) => {
  const { status, body, text } = await call("POST", "/holds", as, { service_id, starts_at });
  assert.equal(status, 201, text);
  return PlacedHold.parse(body);
};
const make = async (of: "customer" | "guest") => {
  // Nobody may have more than five at a time.
  const { id, hold_token: token } = await hold(of === "guest" ? asGuest() : asUser(await newUser()));
  return { id, token };
};
const makeOwn = async (of: "customer" | "guest") => {
  const { id, hold_token: token } = await hold(of === "guest" ? asGuest() : headers);
  return { id, token };
};
const look = async ({ id }: { id: string }) => (await call("GET", `/holds/${id}`, callers.owner)).body;

accessTest("hold a slot", callers, {
  expected: anyUser([201], [201]),
  send: (as) => call("POST", "/holds", as, { service_id, starts_at: nextSlot() }),
  accepted: ({ body, headers }, who) => {
    assert.deepEqual(PlacedHold.parse(body), body);
    assert.equal(headers.get("location"), `${stack.url}/functions/v1/appointments/holds/${body.id}`);
    assert.equal(typeof body.hold_token, who === "guest" ? "string" : "undefined", "users need no token");
  },
});

const reading: Record<Caller, Expected> = {
  owner: [200],
  staff: [200],
  colleague: [200],
  customer: [200],
  ...strangers,
  ...signedInOnly,
  anonymous: [401, "not_authenticated"],
  guest: [200],
};

accessTest("read a hold", callers, {
  expected: reading,
  make: makeOwn,
  send: (as, { id }) => call("GET", `/holds/${id}`, as),
  reads: true,
  accepted: ({ body }) => assert.deepEqual(Hold.parse(body), body),
});

accessTest("release a hold", callers, {
  // Members who may not manage see it in the list of what is taken, and not by its id.
  expected: { ...reading, staff: [404, "not_found"], colleague: [404, "not_found"] },
  make: makeOwn,
  send: (as, { id }) => call("DELETE", `/holds/${id}`, as),
  look,
  accepted: ({ body }) => assert.equal(Hold.parse(body).status, "released"),
});

const place = (body: unknown, more: Record<string, string> = {}) =>
  call("POST", "/holds", { ...headers, ...more }, body);
const past = new Date(Date.now() - 86_400_000).toISOString();
const taken = await book(otherCustomer, service_id);
const theirs = await make("customer");
const [oneGuests, anotherGuests] = [await make("guest"), await make("guest")];

const refusals: Refusal[] = [
  ...bodyRefusals(place),
  ["no start", () => place({ service_id }), 422, "invalid_input"],
  ["a start that is no time", () => place({ service_id, starts_at: "infinity" }), 422, "invalid_input"],
  ["a party of none", () => place({ service_id, starts_at: nextSlot(), party_size: 0 }), 422, "invalid_input"],
  ["too many people", () => place({ service_id, starts_at: nextSlot(), party_size: 2 }), 422, "party_too_large"],
  ["an unknown service", () => place({ service_id: unknownId, starts_at: nextSlot() }), 404, "not_found"],
  ["an unknown session", () => place({ service_id, session_id: unknownId }), 404, "not_found"],
  ["a start in the past", () => place({ service_id, starts_at: past }), 422, "slot_not_offered"],
  ["a taken slot", () => place({ service_id, starts_at: taken.starts_at }), 409, "slot_taken"],
  ["an unknown hold", () => call("GET", `/holds/${unknownId}`, headers), 404, "not_found"],
  ["an id that is none", () => call("DELETE", "/holds/42", headers), 422, "invalid_input"],
  ["a broken token", () => call("DELETE", `/holds/${oneGuests.id}`, asGuest("x")), 401, "invalid_manage_token"],
  [
    "another guest's token",
    () => call("DELETE", `/holds/${oneGuests.id}`, asGuest(anotherGuests.token)),
    401,
    "invalid_manage_token",
  ],
  [
    "a token of the right id for another kind of thing",
    () => call("GET", `/appointments/${oneGuests.id}`, asGuest(oneGuests.token)),
    401,
    "invalid_manage_token",
  ],
  ["a guest's hold without its token", () => call("DELETE", `/holds/${oneGuests.id}`, asGuest()), 404, "not_found"],
  [
    "a booking from someone else's hold",
    () => call("POST", "/appointments", headers, { service_id, hold_id: theirs.id }),
    404,
    "not_found",
  ],
  [
    "a guest's booking from a hold without its token",
    () => call("POST", "/appointments", asGuest(), { service_id, hold_id: oneGuests.id, guest }),
    404,
    "not_found",
  ],
  ["a method that is not there", () => call("PUT", `/holds/${theirs.id}`, headers, {}), 405, "method_not_allowed"],
];
refusalsTest("holds: bad input is refused with its status and code", refusals);

Deno.test("a key holds once", async () => {
  const asked = { service_id, starts_at: nextSlot() };
  const someone = asUser(await newUser());
  const send = (body: unknown, more: Record<string, string>) => call("POST", "/holds", { ...someone, ...more }, body);
  await assertIdempotent(send, asked, { ...asked, starts_at: nextSlot() });
});

Deno.test("what is held is refused to others, and booked by who holds it", async () => {
  const visitor = asUser(await newUser());
  const held = await hold(visitor);
  const range = `from=${encodeURIComponent(held.starts_at)}&to=${encodeURIComponent(held.ends_at)}`;
  const listed = await call("GET", `/available-slots?service_id=${service_id}&${range}`, callers.customer);
  assert.deepEqual(Slots.parse(listed.body).slots, [], "it is not listed");
  const late = await call("POST", "/appointments", callers.customer, { service_id, starts_at: held.starts_at });
  assert.deepEqual([late.status, late.body.code, late.body.conflicts[0].kind], [409, "slot_taken", "hold"]);
  assert.ok(!late.text.includes(held.id));
  const booked = await call("POST", "/appointments", visitor, { service_id, hold_id: held.id });
  assert.equal(booked.status, 201, booked.text);
  assert.equal(booked.body.starts_at, held.starts_at);
  const { body: after } = await call("GET", `/holds/${held.id}`, visitor);
  assert.deepEqual([after.status, after.appointment_id], ["booked", booked.body.id]);
  const again = await call("POST", "/appointments", visitor, { service_id, hold_id: held.id });
  assert.deepEqual([again.status, again.body.code, again.body.hold_status], [409, "hold_expired", "booked"]);
  const released = await call("DELETE", `/holds/${held.id}`, visitor);
  assert.deepEqual([released.status, released.body.code], [409, "invalid_transition"]);
});

Deno.test("a guest books what they hold, and releases it: twice is once", async () => {
  const { id, hold_token, starts_at } = await hold(asGuest());
  const booked = await call("POST", "/appointments", asGuest(), { service_id, hold_id: id, hold_token, guest });
  assert.equal(BookedAppointment.parse(booked.body).starts_at, starts_at);
  assert.ok(booked.body.manage_token && booked.body.manage_token !== hold_token);
  const other = await hold(asGuest());
  for (let times = 0; times < 2; times++) {
    const released = await call("DELETE", `/holds/${other.id}`, asGuest(other.hold_token));
    assert.deepEqual([released.status, released.body.status, released.body.hold_token], [200, "released", undefined]);
  }
  await book(customer, service_id, other.starts_at);
});

Deno.test("nobody holds more than five", async () => {
  const greedy = asUser(await newUser());
  for (let held = 0; held < 5; held++) await hold(greedy);
  const sixth = await call("POST", "/holds", greedy, { service_id, starts_at: nextSlot() });
  assert.deepEqual([sixth.status, sixth.body.code, sixth.body.maximum], [409, "too_many_holds", 5]);
});

Deno.test("a hold of a service without guests, or of a private one, is for whom the service is", async () => {
  const closed = await newService(owner, organizationId, resourceId, { guests_allowed: false });
  const refused = await call("POST", "/holds", asGuest(), { service_id: closed, starts_at: nextSlot() });
  assert.deepEqual([refused.status, refused.body.code], [403, "guests_not_allowed"]);
  const hidden = await newService(owner, organizationId, resourceId, { visibility: "private" });
  const unseen = await call("POST", "/holds", headers, { service_id: hidden, starts_at: nextSlot() });
  assert.deepEqual([unseen.status, unseen.body.code], [404, "not_found"]);
});
