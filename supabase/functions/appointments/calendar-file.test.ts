import ICAL from "ical.js";
import assert from "node:assert/strict";
import { calendarFileOf } from "./calendar-file.ts";
import type { Status } from "./schemas.ts";
import type { z } from "@hono/zod-openapi";

const id = "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77";
const appointment = (status: z.infer<typeof Status>) => ({
  id,
  organization_id: id,
  service_id: id,
  location_id: null,
  session_id: null,
  series_id: null,
  party_size: 1,
  intake: {},
  expires_at: null,
  fee_due: null,
  service_name: "Eyes, ears; nose\nand throat",
  status,
  starts_at: "2027-03-28T00:30:00+00:00",
  ends_at: "2027-03-28T01:30:00+00:00",
  time_zone: "Europe/Paris",
  resources: [{ id, name: "Dr. Ada", kind: "staff" }, { id, name: "Room 1", kind: "room" }],
  customer_id: null,
  customer_name: null,
  guest: { name: "Grace Secret", email: "grace@example.test", phone: null },
  notes: "Private matter",
  cancellation_reason: null,
  reschedules: 0,
  version: 3,
  policy: {
    requires_approval: false,
    duration_minutes: 60,
    buffer_before_minutes: 0,
    buffer_after_minutes: 0,
    price: null,
    currency: null,
    deposit: null,
    late_cancellation_fee: null,
    cancellation_notice_minutes: 0,
    reschedule_notice_minutes: 0,
    maximum_reschedules: null,
  },
  created_at: "2027-01-01T00:00:00+00:00",
  updated_at: "2027-01-02T00:00:00+00:00",
});

const eventOf = (text: string) => new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent")!);

Deno.test("a calendar program reads what was written", () => {
  const event = eventOf(calendarFileOf(appointment("booked")));
  assert.deepEqual([event.uid, event.sequence, event.summary, event.location], [
    `${id}@almanac`,
    3,
    "Eyes, ears; nose\nand throat",
    "Room 1",
  ]);
  assert.equal(event.startDate.toJSDate().toISOString(), "2027-03-28T00:30:00.000Z");
  assert.equal(event.duration.toSeconds(), 3600);
});

Deno.test("the customer is not told", () => {
  assert.doesNotMatch(calendarFileOf(appointment("booked")), /Grace|grace|Private/);
});

Deno.test("each state has its status", () => {
  const statusOf = (status: z.infer<typeof Status>) =>
    eventOf(calendarFileOf(appointment(status))).component.getFirstPropertyValue("status");
  assert.equal(statusOf("pending"), "TENTATIVE");
  assert.equal(statusOf("fulfilled"), "CONFIRMED");
  for (const gone of ["cancelled", "entered_in_error"] as const) assert.equal(statusOf(gone), "CANCELLED");
});
