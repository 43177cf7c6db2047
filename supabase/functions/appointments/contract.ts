import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../shared/http/auth.ts";
import type { Code } from "../../../shared/http/error-codes.ts";
import { anyoneWithKey, asked, json, machines, member, withBody } from "../../../shared/http/contract.ts";
import { problems, security } from "../../../shared/http/openapi.ts";
import { IdParameter } from "../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

export const ofOne = ["invalid_manage_token", "not_found"] as const;
const changing = ["permission_denied", "version_conflict", "invalid_transition"] as const;
export const taken = ["slot_taken", "slot_not_offered", "session_full", "limit_reached"] as const;
/** What a service that is to be booked can refuse. */
export const bookable = [
  "not_found",
  "permission_denied",
  "guests_not_allowed",
  "service_not_active",
  "party_too_large",
  "idempotency_mismatch",
] as const;

export const userOrGuest = [security.user, security.guest, ...machines];
const one = "/appointments/{id}";

export const book = createRoute({
  method: "post",
  path: "/appointments",
  summary: "Book a slot",
  description:
    "A slot, seats of a session, or what is held. For oneself; for anyone with `appointments.manage`; as a `guest` with the publishable key alone.",
  tags: ["Appointments"],
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { headers: schemas.BookHeaders, body: { required: true, ...json(schemas.BookAppointment) } },
  responses: {
    201: { description: "Booked, or pending where the service asks for approval.", ...json(schemas.BookedAppointment) },
    ...problems(
      ...asked,
      ...withBody,
      ...bookable,
      ...taken,
      "invalid_manage_token",
      "hold_expired",
      "invalid_intake",
    ),
  },
});

export const list = createRoute({
  method: "get",
  path: "/appointments",
  summary: "List appointments",
  description: "Those the caller may see, by start. Customers see their own, members those of their organization.",
  tags: ["Appointments"],
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { query: schemas.ListQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.AppointmentPage) },
    ...problems(...asked, "invalid_cursor"),
  },
});

export const read = createRoute({
  method: "get",
  path: one,
  summary: "Read an appointment",
  tags: ["Appointments"],
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter, headers: schemas.ManageHeaders },
  responses: { 200: { description: "It.", ...json(schemas.Appointment) }, ...problems(...asked, ...ofOne) },
});

export const change = createRoute({
  method: "put",
  path: one,
  summary: "Reschedule an appointment or change its notes",
  description:
    "With `starts_at` it is moved, and stays the same appointment; notes change in the same step. Fields left out stay.",
  tags: ["Appointments"],
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: {
    params: IdParameter,
    headers: schemas.ChangeHeaders,
    body: { required: true, ...json(schemas.ChangeAppointment) },
  },
  responses: {
    200: { description: "Changed.", ...json(schemas.Appointment) },
    ...problems(
      ...asked,
      ...withBody,
      ...ofOne,
      ...changing,
      ...taken,
      "too_late_to_reschedule",
      "too_many_reschedules",
      "reason_required",
      "request_expired",
    ),
  },
});

export const cancel = createRoute({
  method: "delete",
  path: one,
  summary: "Cancel an appointment",
  description:
    "Gives its time back, to the first on the waitlist whom it suits. The reason may be sent as body or as `?reason=`.",
  tags: ["Appointments"],
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: {
    params: IdParameter,
    headers: schemas.ChangeHeaders,
    query: schemas.CancelQuery,
    body: json(schemas.CancelAppointment),
  },
  responses: {
    200: { description: "Cancelled.", ...json(schemas.Appointment) },
    ...problems(...asked, ...withBody, ...ofOne, ...changing, "too_late_to_cancel", "reason_required"),
  },
});

const transition = <Path extends string>(path: Path, summary: string, ...more: Code[]) =>
  createRoute({
    method: "post",
    path,
    summary,
    description: "By `appointments.manage`, or `appointments.manage_own` on one's own calendar.",
    tags: ["At the desk"],
    security: member,
    middleware: [authenticate("user", "key", "service")] as const,
    request: { params: IdParameter, headers: schemas.TransitionHeaders },
    responses: {
      200: { description: "Moved on.", ...json(schemas.Appointment) },
      ...problems(...asked, "not_found", ...changing, ...more),
    },
  });

export const confirm = transition(`${one}/confirm`, "Confirm a pending appointment", "request_expired");
export const arrive = transition(`${one}/arrive`, "The customer is here");
export const checkIn = transition(`${one}/check-in`, "The customer is checked in");
export const fulfil = transition(`${one}/fulfil`, "It took place");
export const noShow = transition(`${one}/no-show`, "The customer did not come", "not_started");
export const enteredInError = transition(`${one}/entered-in-error`, "The entry was a mistake");

export const decline = createRoute({
  method: "post",
  path: `${one}/decline`,
  summary: "Decline a pending appointment",
  description: "It is cancelled, and its time given back. By those who may confirm it.",
  tags: ["At the desk"],
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, headers: schemas.TransitionHeaders, body: json(schemas.CancelAppointment) },
  responses: {
    200: { description: "Declined.", ...json(schemas.Appointment) },
    ...problems(...asked, ...withBody, "not_found", ...changing),
  },
});

export const history = createRoute({
  method: "get",
  path: `${one}/history`,
  summary: "What became of an appointment",
  description:
    "From the first to the last. Whoever may read the appointment sees what happened, staff also who and why.",
  tags: ["Appointments"],
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter, headers: schemas.ManageHeaders },
  responses: { 200: { description: "All of it.", ...json(schemas.History) }, ...problems(...asked, ...ofOne) },
});

export const calendarFile = createRoute({
  method: "get",
  path: `${one}/calendar.ics`,
  summary: "An appointment for a calendar program",
  description:
    "One address for good: the file's UID stays, its SEQUENCE grows. Guests pass `?token=`, as links carry no headers.",
  tags: ["Appointments"],
  security: [security.user, {}],
  middleware: [authenticate("user", "guest", "link", "key", "service")] as const,
  request: { params: IdParameter, headers: schemas.ManageHeaders, query: schemas.CalendarQuery },
  responses: {
    200: { description: "iCalendar (RFC 5545).", content: { "text/calendar": { schema: { type: "string" } } } },
    ...problems(...asked, ...ofOne),
  },
});

export const slots = createRoute({
  method: "get",
  path: "/available-slots",
  summary: "List free slots",
  description: "The starts that can be booked in [from, to). What is listed can be booked, nothing else can.",
  tags: ["Free time"],
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { query: schemas.SlotsQuery },
  responses: {
    200: { description: "The slots.", ...json(schemas.Slots) },
    ...problems(...asked, "not_found", "permission_denied", "service_not_active", "party_too_large", "range_too_long"),
  },
});

export const info = {
  title: "Almanac appointments",
  version: "1.0.0",
  description: "Booking: services, free slots, appointments. Errors are problem+json with a stable `code`.",
};
