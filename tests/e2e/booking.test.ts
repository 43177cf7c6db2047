import ICAL from "ical.js";
import assert from "node:assert/strict";
import {
  Appointment,
  AppointmentPage,
  BookedAppointment,
  Slots,
} from "../../supabase/functions/appointments/schemas.ts";
import { asGuest, asUser, book, call, newClinic, newService, newUser, nextSlot, secretWord, stack } from "./fixture.ts";

const clinic = await newClinic();
const customer = await newUser();
const headers = asUser(customer);

Deno.test("what is listed can be booked, and is then no longer listed", async () => {
  const from = nextSlot();
  const query = `/available-slots?service_id=${clinic.serviceId}&from=${from}&to=${
    new Date(Date.parse(from) + 86_400_000).toISOString()
  }`;
  const before = Slots.parse((await call("GET", `${query}&time_zone=Asia/Kolkata`, headers)).body).slots;
  const [slot] = before;
  assert.ok(slot && before.length > 40);
  assert.match(slot.local_start!, /\+05:30$/);
  assert.equal(Date.parse(slot.local_start!), Date.parse(slot.starts_at));
  await book(customer, clinic.serviceId, slot.starts_at);
  const after = Slots.parse((await call("GET", query, headers)).body).slots;
  assert.deepEqual(after.map((s) => s.starts_at), before.slice(1).map((s) => s.starts_at));
});

Deno.test("of many who want a slot at once one gets it, and the others are told that it is taken", async () => {
  const booking = { service_id: clinic.serviceId, starts_at: nextSlot() };
  const answers = await Promise.all(Array.from({ length: 10 }, () => call("POST", "/appointments", headers, booking)));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ status, body }) => status === 409 && body.code === "slot_taken").length, 9);
});

Deno.test("slots beyond the limit are told where they go on, and none is lost", async () => {
  const from = nextSlot();
  const to = new Date(Date.parse(from) + 40 * 86_400_000).toISOString();
  const page = async (start: string, limit: number) =>
    Slots.parse(
      (await call(
        "GET",
        `/available-slots?service_id=${clinic.serviceId}&from=${start}&to=${to}&limit=${limit}`,
        headers,
      )).body,
    );
  const starts: string[] = [];
  for (let next: string | null = from; next;) {
    const { slots, next_from } = await page(encodeURIComponent(next), 999);
    starts.push(...slots.map((slot) => slot.starts_at));
    next = next_from;
  }
  assert.ok(starts.length > 1500, String(starts.length));
  assert.equal(new Set(starts).size, starts.length);
});

Deno.test("a customer books, moves, annotates and cancels; the ETag follows", async () => {
  const booked = await call("POST", "/appointments", headers, { service_id: clinic.serviceId, starts_at: nextSlot() });
  const { id } = BookedAppointment.parse(booked.body);
  assert.equal(booked.headers.get("etag"), '"1"');
  assert.equal(booked.headers.get("location"), `${stack.url}/functions/v1/appointments/appointments/${id}`);
  const [starts_at, ifMatch] = [nextSlot(), { ...headers, "if-match": '"1"' }];
  const moved = await call("PUT", `/appointments/${id}`, ifMatch, { starts_at, notes: "Both at once" });
  assert.deepEqual([moved.status, moved.body.id, moved.body.notes, moved.body.reschedules], [
    200,
    id,
    "Both at once",
    1,
  ]);
  assert.equal(Date.parse(moved.body.starts_at), Date.parse(starts_at));
  assert.equal(moved.headers.get("etag"), '"2"');
  const stale = await call("DELETE", `/appointments/${id}?reason=ill`, ifMatch);
  assert.deepEqual([stale.status, stale.body.code, stale.body.actual], [409, "version_conflict", 2]);
  const weak = { ...headers, "if-match": 'W/"2"' };
  const cancelled = await call("DELETE", `/appointments/${id}?reason=ill`, weak);
  assert.deepEqual([cancelled.status, cancelled.body.status, cancelled.body.cancellation_reason], [
    200,
    "cancelled",
    "ill",
  ]);
  const again = await call("DELETE", `/appointments/${id}`, headers);
  assert.deepEqual([again.status, again.body.code, again.body.from], [409, "invalid_transition", "cancelled"]);
});

Deno.test("the collection's name may be left out of the path", async () => {
  const booked = await call("POST", "", headers, { service_id: clinic.serviceId, starts_at: nextSlot() });
  assert.equal(booked.status, 201, booked.text);
  const read = await call("GET", `/${booked.body.id}`, headers);
  assert.deepEqual(Appointment.parse(read.body), Appointment.parse(booked.body));
});

Deno.test("a guest manages the booking with its token", async () => {
  const guest = { name: `${secretWord} Guest`, email: "Guest@Example.test", phone: "+33 1 23 45 67 89" };
  const { body } = await call("POST", "/appointments", asGuest(), {
    service_id: clinic.serviceId,
    starts_at: nextSlot(),
    guest,
  });
  assert.deepEqual(body.guest, { ...guest, email: "guest@example.test" });
  const token = asGuest(body.manage_token);
  const moved = await call("PUT", `/appointments/${body.id}`, token, { starts_at: nextSlot() });
  assert.deepEqual([moved.status, moved.body.reschedules, moved.body.manage_token], [200, 1, undefined]);
  assert.equal((await call("DELETE", `/appointments/${body.id}`, token, { reason: "x" })).body.status, "cancelled");
});

Deno.test("a service without guests, one with a notice: the policy of the booking decides", async () => {
  const { owner, organizationId, resourceId } = clinic;
  const terms = { guests_allowed: false, cancellation_notice_minutes: 60 * 24 * 30, maximum_reschedules: 0 };
  const strict = await newService(owner, organizationId, resourceId, terms);
  const guest = { name: "Guest", email: "guest@example.test" };
  const refused = await call("POST", "/appointments", asGuest(), { service_id: strict, starts_at: nextSlot(), guest });
  assert.deepEqual([refused.status, refused.body.code], [403, "guests_not_allowed"]);
  const { id } = await book(customer, strict);
  const late = await call("DELETE", `/appointments/${id}`, headers);
  assert.deepEqual([late.status, late.body.code], [403, "too_late_to_cancel"]);
  const often = await call("PUT", `/appointments/${id}`, headers, { starts_at: nextSlot() });
  assert.deepEqual([often.status, often.body.code], [403, "too_many_reschedules"]);
  const silent = await call("DELETE", `/appointments/${id}`, asUser(owner));
  assert.deepEqual([silent.status, silent.body.code], [422, "reason_required"]);
  const told = await call("DELETE", `/appointments/${id}`, asUser(owner), { reason: "The room is flooded" });
  assert.equal(told.status, 200, "the desk is not held to it, but says why");
});

Deno.test("pages follow each other without gap or repetition, filters narrow", async () => {
  const traveller = await newUser();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await book(traveller, clinic.serviceId)).id);
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await call("GET", `/appointments?limit=2${cursor}`, asUser(traveller));
    const page = AppointmentPage.parse(body);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor ? `&cursor=${page.next_cursor}` : "";
  } while (cursor);
  assert.deepEqual(seen, ids);
  const countOf = async (query: string) =>
    AppointmentPage.parse((await call("GET", `/appointments?${query}`, asUser(traveller))).body).items.length;
  assert.equal(await countOf(`service_id=${clinic.serviceId}&resource_id=${clinic.resourceId}&status=booked`), 5);
  assert.equal(await countOf("status=cancelled"), 0);
  assert.equal(await countOf(`resource_id=${crypto.randomUUID()}`), 0);
});

Deno.test("the calendar file keeps its UID, counts up, and tells nothing of the customer", async () => {
  const booked = await book(customer, clinic.serviceId);
  const eventOf = async () => {
    const { headers: got, text } = await call("GET", `/appointments/${booked.id}/calendar.ics`, headers);
    assert.match(got.get("content-type")!, /^text\/calendar/);
    assert.ok(!text.includes(customer.email) && !text.includes(`${secretWord} note`), text);
    return new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent")!);
  };
  const first = await eventOf();
  assert.equal(first.startDate.toJSDate().toISOString(), new Date(booked.starts_at).toISOString());
  assert.equal(first.endDate.toJSDate().getTime() - first.startDate.toJSDate().getTime(), 30 * 60_000);
  assert.equal(first.component.getFirstPropertyValue("status"), "CONFIRMED");
  await call("DELETE", `/appointments/${booked.id}`, headers);
  const second = await eventOf();
  assert.equal(second.uid, first.uid);
  assert.ok(second.sequence > first.sequence);
  assert.equal(second.component.getFirstPropertyValue("status"), "CANCELLED");
});

Deno.test("who asked is in the audit: request id, address, program", async () => {
  const requestId = crypto.randomUUID();
  const asked = {
    ...headers,
    "x-request-id": requestId,
    "user-agent": "almanac-test/1",
    "x-forwarded-for": "203.0.113.7",
  };
  const { body } = await call("POST", "/appointments", asked, { service_id: clinic.serviceId, starts_at: nextSlot() });
  const { data, error } = await clinic.owner.client.from("audit_entries").select("*").eq("subject_id", body.id);
  assert.equal(error, null);
  assert.deepEqual(
    data!.map(({ action, actor_id, request_id, user_agent, ip }) => ({ action, actor_id, request_id, user_agent, ip })),
    [{
      action: "appointment.booked",
      actor_id: customer.id,
      request_id: requestId,
      user_agent: "almanac-test/1",
      ip: "203.0.113.7",
    }],
  );
});

Deno.test("the OpenAPI document describes every route once", async () => {
  const { body, status } = await call("GET", "/openapi.json", {});
  assert.deepEqual([status, body.openapi], [200, "3.1.0"]);
  const paths = Object.keys(body.paths);
  assert.ok(paths.length > 10);
  assert.ok(paths.every((path) => path.startsWith("/appointments/")));
  for (const operation of Object.values(body.paths).flatMap((path) => Object.values(path as object))) {
    const problem = operation.responses["422"]?.content["application/problem+json"].schema.$ref;
    if (operation.security && operation.summary !== "Work the queue") {
      assert.equal(problem, "#/components/schemas/Problem");
    }
  }
});
