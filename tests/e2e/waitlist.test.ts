import assert from "node:assert/strict";
import { Entry, JoinedEntry, ReadEntry } from "../../supabase/functions/appointments/waitlist/schemas.ts";
import { accessTest, anyUser, type Caller, type Expected, newCast, signedInOnly, strangers } from "./access.ts";
import { asGuest, asUser, book, call, newService, newUser, nextSlot, secretWord, stack } from "./fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const { clinic, customer, otherCustomer, callers } = await newCast();
const { serviceId: service_id, owner, organizationId, resourceId } = clinic;
const headers = asUser(customer);
const guest = { name: `${secretWord} Guest`, email: "guest@example.test" };
const unknownId = crypto.randomUUID();
const minutesAfter = (instant: string, minutes: number) =>
  new Date(Date.parse(instant) + minutes * 60_000).toISOString();

/** A start that is taken, so that whoever wants it waits until it is given back. */
async function takenSlot() {
  const taken = await book(otherCustomer, service_id);
  const range = { from_time: taken.starts_at, to_time: minutesAfter(taken.starts_at, 1) };
  return { taken, asked: { service_id, ...range } };
}

async function wait(as: Record<string, string>, body: object) {
  const answer = await call("POST", "/waitlist", as, body);
  assert.equal(answer.status, 201, answer.text);
  return JoinedEntry.parse(answer.body);
}
const make = async (of: "customer" | "guest") => {
  const { asked } = await takenSlot();
  const { id, waitlist_token: token } =
    await (of === "guest" ? wait(asGuest(), { ...asked, guest }) : wait(headers, asked));
  return { id, token };
};
const look = async ({ id }: { id: string }) => (await call("GET", `/waitlist/${id}`, callers.owner)).body;

const { asked: wanted } = await takenSlot();
accessTest("join the waitlist", callers, {
  expected: anyUser([201]),
  send: (as) => call("POST", "/waitlist", as, wanted),
  accepted: ({ body, headers }) => {
    assert.deepEqual(JoinedEntry.parse(body), body);
    assert.equal(headers.get("location"), `${stack.url}/functions/v1/appointments/waitlist/${body.id}`);
    assert.equal(body.waitlist_token, undefined, "users need no token");
  },
});

const reading: Record<Caller, Expected> = {
  owner: [200],
  staff: [200],
  colleague: [200],
  customer: [200],
  ...strangers,
  ...signedInOnly,
  guest: [200],
};

accessTest("read an entry of the waitlist", callers, {
  expected: reading,
  make,
  send: (as, { id }) => call("GET", `/waitlist/${id}`, as),
  reads: true,
  accepted: ({ body }) => {
    assert.deepEqual(ReadEntry.parse(body), body);
    assert.deepEqual([body.status, body.position, body.offer], ["waiting", 1, null]);
  },
});

accessTest("leave the waitlist", callers, {
  expected: { ...reading, staff: [404, "not_found"], colleague: [404, "not_found"] },
  make,
  send: (as, { id }) => call("DELETE", `/waitlist/${id}`, as),
  look,
  accepted: ({ body }) => assert.equal(Entry.parse(body).status, "left"),
});

const join = (body: unknown, more: Record<string, string> = {}) =>
  call("POST", "/waitlist", { ...headers, ...more }, body);
const day = { from_time: nextSlot(), to_time: minutesAfter(nextSlot(), 1440) };
const [oneGuests, anotherGuests] = [await make("guest"), await make("guest")];
const gone = await make("customer");
await call("DELETE", `/waitlist/${gone.id}`, headers);

const refusals: Refusal[] = [
  ...bodyRefusals(join),
  ["no times", () => join({ service_id }), 422, "invalid_input"],
  [
    "times that end before they begin",
    () => join({ service_id, from_time: day.to_time, to_time: day.from_time }),
    422,
    "invalid_input",
  ],
  [
    "times without end",
    () => join({ service_id, from_time: day.from_time, to_time: "infinity" }),
    422,
    "invalid_input",
  ],
  [
    "two years",
    () => join({ service_id, from_time: day.from_time, to_time: "2099-01-01T00:00:00Z" }),
    422,
    "invalid_input",
  ],
  [
    "times that are past",
    () => join({ service_id, from_time: "2020-01-01T00:00:00Z", to_time: "2020-01-02T00:00:00Z" }),
    422,
    "invalid_input",
  ],
  ["an unknown service", () => join({ ...day, service_id: unknownId }), 404, "not_found"],
  [
    "a resource that does not serve it",
    () => join({ ...day, service_id, resource_id: unknownId }),
    422,
    "invalid_input",
  ],
  ["a party too large", () => join({ ...day, service_id, party_size: 2 }), 422, "party_too_large"],
  ["for somebody else", () => join({ ...day, service_id, customer_id: otherCustomer.id }), 403, "permission_denied"],
  ["a guest with no address", () => join({ ...day, service_id, guest: { name: "x" } }), 422, "invalid_input"],
  ["the same again", () => join(wanted), 409, "already_waiting"],
  ["an unknown entry", () => call("GET", `/waitlist/${unknownId}`, headers), 404, "not_found"],
  ["an id that is none", () => call("GET", "/waitlist/42", headers), 422, "invalid_input"],
  ["a broken token", () => call("GET", `/waitlist/${oneGuests.id}`, asGuest("x")), 401, "invalid_manage_token"],
  [
    "another guest's token",
    () => call("DELETE", `/waitlist/${oneGuests.id}`, asGuest(anotherGuests.token)),
    401,
    "invalid_manage_token",
  ],
  ["a guest's entry without its token", () => call("GET", `/waitlist/${oneGuests.id}`, asGuest()), 404, "not_found"],
  ["leaving what one has left", () => call("DELETE", `/waitlist/${gone.id}`, headers), 409, "invalid_transition"],
];
refusalsTest("waitlist: bad input is refused with its status and code", refusals);

Deno.test("a key waits once", async () => {
  const { asked } = await takenSlot();
  await assertIdempotent(join, asked, { ...asked, to_time: minutesAfter(asked.from_time, 2) });
});

Deno.test("a slot given back is offered to the first in line, who books it", async () => {
  const { taken, asked } = await takenSlot();
  const [first, second] = [await newUser(), await newUser()];
  const [one, two] = [await wait(asUser(first), asked), await wait(asUser(second), asked)];
  assert.deepEqual([one.position, two.position], [1, 2]);
  await call("DELETE", `/appointments/${taken.id}`, asUser(otherCustomer));
  const { body: entry } = await call("GET", `/waitlist/${one.id}`, asUser(first));
  assert.deepEqual([entry.status, entry.position, entry.offer.starts_at], ["offered", null, taken.starts_at]);
  assert.equal((await call("GET", `/waitlist/${two.id}`, asUser(second))).body.position, 1, "the next moves up");
  const passedOver = await call("POST", "/appointments", asUser(second), { service_id, hold_id: entry.offer.id });
  assert.deepEqual([passedOver.status, passedOver.body.code], [404, "not_found"]);
  const snatched = await call("POST", "/appointments", callers.outsider, { service_id, starts_at: taken.starts_at });
  assert.deepEqual([snatched.status, snatched.body.code], [409, "slot_taken"]);
  const booked = await call("POST", "/appointments", asUser(first), { service_id, hold_id: entry.offer.id });
  assert.deepEqual([booked.status, booked.body.starts_at], [201, taken.starts_at]);
  const after = await look(one);
  assert.deepEqual([after.status, after.offer, after.appointment_id], ["booked", null, booked.body.id]);
});

Deno.test("an offer declined goes to the next, a guest, who is given its token and books", async () => {
  const { taken, asked } = await takenSlot();
  const first = await newUser();
  const one = await wait(asUser(first), asked);
  const two = await wait(asGuest(), { ...asked, guest });
  await call("DELETE", `/appointments/${taken.id}`, asUser(otherCustomer));
  const { offer } = await look(one);
  assert.equal((await call("DELETE", `/holds/${offer.id}`, asUser(first))).body.status, "released");
  assert.deepEqual([(await look(one)).status, (await look(two)).status], ["waiting", "offered"]);
  assert.equal((await look(two)).hold_token, undefined, "staff are given no token");
  const { body: entry } = await call("GET", `/waitlist/${two.id}`, asGuest(two.waitlist_token));
  const { hold_token, offer: { id: hold_id } } = ReadEntry.parse(entry) as {
    hold_token: string;
    offer: { id: string };
  };
  const booked = await call("POST", "/appointments", asGuest(), { service_id, hold_id, hold_token, guest });
  assert.deepEqual([booked.status, booked.body.starts_at], [201, taken.starts_at], booked.text);
});

Deno.test("seats given back are offered to a party that they suffice for", async () => {
  const group = await newService(owner, organizationId, resourceId, { seats: 3, maximum_party: 3 });
  const { body: session } = await call("POST", "/sessions", callers.owner, {
    service_id: group,
    starts_at: nextSlot(),
  });
  const seat = async (party_size: number) =>
    (await call("POST", `/sessions/${session.id}/join`, asUser(otherCustomer), { party_size })).body;
  const [pair, single] = [await seat(2), await seat(1)];
  const asked = { service_id: group, from_time: session.starts_at, to_time: session.ends_at };
  const couple = await wait(headers, { ...asked, party_size: 2 });
  const alone = await wait(asUser(await newUser()), asked);
  await call("DELETE", `/appointments/${single.id}`, asUser(otherCustomer));
  assert.deepEqual([(await look(couple)).status, (await look(alone)).status], ["waiting", "offered"]);
  await call("DELETE", `/appointments/${pair.id}`, asUser(otherCustomer));
  const { offer } = await look(couple);
  assert.deepEqual([offer.session_id, offer.party_size], [session.id, 2]);
  const booked = await call("POST", "/appointments", headers, { service_id: group, hold_id: offer.id });
  assert.deepEqual([booked.status, booked.body.party_size], [201, 2], booked.text);
});
