import assert from "node:assert/strict";
import { z } from "zod";
import {
  Appointment,
  AppointmentPage,
  BookedAppointment,
  History,
} from "../../supabase/functions/appointments/schemas.ts";
import {
  accessTest,
  anyUser,
  assertRefused,
  type Caller,
  everyone,
  type Expected,
  forged,
  newCast,
  signedInOnly,
  strangers,
} from "./access.ts";
import { asGuest, book, call, nextSlot, secretWord, stack } from "./fixture.ts";

const { clinic, customer, otherCustomer, outsider, callers } = await newCast();
const { serviceId, approvalServiceId } = clinic;
await book(otherCustomer, serviceId);

const guestsBooking = { service_id: serviceId, guest: { name: `${secretWord} Guest`, email: "guest@example.test" } };

async function bookAsGuest() {
  const { body } = await call("POST", "/appointments", asGuest(), { ...guestsBooking, starts_at: nextSlot() });
  return BookedAppointment.parse(body);
}

const changing: Record<Caller, Expected> = {
  owner: [200],
  staff: [200],
  colleague: [403, "permission_denied"],
  customer: [200],
  ...strangers,
  anonymous: [401, "not_authenticated"],
  guest: [200],
  ...forged,
};
const atTheDesk = (allowed: Expected): Record<Caller, Expected> => ({
  ...changing,
  owner: allowed,
  staff: allowed,
  customer: [403, "permission_denied"],
  ...signedInOnly,
});

const make = (service: string) => async (of: "customer" | "guest") => {
  if (of === "customer") return await book(customer, service);
  const { id, manage_token: token } = await bookAsGuest();
  return { id, token };
};

function ofOne(
  name: string,
  [method, path = ""]: [string, string?],
  expected: Record<Caller, Expected>,
  { body, service = serviceId, answer = Appointment }: { body?: () => unknown; service?: string; answer?: z.ZodType } =
    {},
): void {
  accessTest(name, callers, {
    expected,
    make: make(service),
    send: (headers, { id }) => call(method, `/appointments/${id}${path}`, headers, body?.()),
    look: async ({ id }) => (await call("GET", `/appointments/${id}`, callers.owner)).body,
    reads: method === "GET",
    accepted: ({ body }) => assert.deepEqual(answer.parse(body), body),
  });
}

const reading: Record<Caller, Expected> = { ...changing, colleague: [200] };
const why = () => ({ reason: "x" });
ofOne("read", ["GET"], reading);
ofOne("history", ["GET", "/history"], reading, { answer: History });
ofOne("change notes", ["PUT"], changing, { body: () => ({ notes: "x" }) });
ofOne("reschedule", ["PUT"], changing, { body: () => ({ starts_at: nextSlot() }) });
ofOne("cancel", ["DELETE"], changing, { body: why });
ofOne("confirm", ["POST", "/confirm"], atTheDesk([200]), { service: approvalServiceId });
ofOne("decline", ["POST", "/decline"], atTheDesk([200]), { service: approvalServiceId, body: why });
ofOne("arrive", ["POST", "/arrive"], atTheDesk([200]));
ofOne("check in", ["POST", "/check-in"], atTheDesk([200]));
ofOne("fulfil", ["POST", "/fulfil"], atTheDesk([200]));
ofOne("no-show", ["POST", "/no-show"], atTheDesk([409, "not_started"]));
ofOne("entered in error", ["POST", "/entered-in-error"], atTheDesk([200]));
ofOne("calendar file", ["GET", "/calendar.ics"], { ...reading, anonymous: [404, "not_found"] }, {
  answer: z.undefined(),
});

accessTest("book a public service", callers, {
  expected: anyUser([201]),
  send: (headers) => call("POST", "/appointments", headers, { service_id: serviceId, starts_at: nextSlot() }),
  accepted: ({ body }) => assert.deepEqual(BookedAppointment.parse(body), body),
});

Deno.test("guests book by name", async () => {
  assert.ok((await bookAsGuest()).manage_token);
});

Deno.test("book: for somebody else only at the desk", async () => {
  const booking = () => ({ service_id: serviceId, starts_at: nextSlot(), customer_id: customer.id });
  const answer = await call("POST", "/appointments", callers.owner, booking());
  assert.deepEqual([answer.status, answer.body.customer_id], [201, customer.id]);
  for (const who of ["colleague", "outsider"] as const) {
    assertRefused(await call("POST", "/appointments", callers[who], booking()), [403, "permission_denied"], who);
  }
});

Deno.test("list: each caller sees their own, staff their organization's", async () => {
  const countFor = async (who: Caller) => {
    const answer = await call("GET", `/appointments?organization_id=${clinic.organizationId}&limit=200`, callers[who]);
    assert.equal(answer.status, 200, answer.text);
    return AppointmentPage.parse(answer.body).items;
  };
  const all = await countFor("owner");
  assert.ok(all.length > 10);
  for (const who of ["staff", "colleague"] as const) assert.equal((await countFor(who)).length, all.length);
  for (const [who, { id }] of Object.entries({ customer, "other customer": otherCustomer, outsider })) {
    const own = await countFor(who as Caller);
    assert.ok(own.length > 0 && own.every((item) => item.customer_id === id), who);
    assert.equal(own.length, all.filter((item) => item.customer_id === id).length, who);
  }
  for (const [who, outcome] of Object.entries(signedInOnly) as [Caller, Expected][]) {
    assertRefused(await call("GET", "/appointments", callers[who]), outcome, who);
  }
});

Deno.test("slots: anyone with a key", async () => {
  const path = `/available-slots?service_id=${serviceId}&from=${nextSlot()}&to=${nextSlot()}`;
  for (const who of ["owner", "outsider", "guest"] as const) {
    assert.equal((await call("GET", path, callers[who])).status, 200, who);
  }
  const refused = { anonymous: signedInOnly.anonymous, ...forged };
  for (const [who, outcome] of Object.entries(refused) as [Caller, Expected][]) {
    assertRefused(await call("GET", path, callers[who]), outcome, who);
  }
});

Deno.test("jobs: nobody but the key named jobs", async () => {
  for (const who of everyone) {
    const answer = await call("POST", "/jobs", callers[who]);
    assert.equal(answer.status, 401, `${who}: ${answer.text}`);
  }
  assertRefused(
    await call("POST", "/jobs", { apikey: stack.secretKey }),
    [401, "invalid_api_key"],
    "the default secret key",
  );
  assert.equal((await call("POST", "/jobs", { apikey: stack.jobsKey })).status, 200);
});

Deno.test("a guest's token opens their own booking only", async () => {
  const [mine, theirs] = [await bookAsGuest(), await bookAsGuest()];
  const wrong = await call("GET", `/appointments/${theirs.id}`, asGuest(mine.manage_token));
  assertRefused(wrong, [401, "invalid_manage_token"], "another guest");
  assertRefused(await call("GET", `/appointments/${mine.id}`, asGuest()), [404, "not_found"], "no token");
  const link = await call("GET", `/appointments/${mine.id}/calendar.ics?token=${mine.manage_token}`, {});
  assert.equal(link.status, 200, "the link in a mail needs no header");
});
