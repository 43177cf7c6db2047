import { z } from "@hono/zod-openapi";
import { id, idempotencyKey, instant, limit } from "../../../shared/http/schemas.ts";
import { ifMatch } from "../../../shared/http/version.ts";

export const token = z.string().max(500);
export const notes = z.string().max(5000).openapi({ example: "First visit" });

export const Status = z.enum([
  "pending",
  "booked",
  "arrived",
  "checked_in",
  "fulfilled",
  "cancelled",
  "no_show",
  "waitlisted",
  "entered_in_error",
]).openapi("AppointmentStatus");

export const Guest = z.object({
  name: z.string().openapi({ example: "Ada Example" }),
  email: z.string().nullable(),
  phone: z.string().nullable(),
});

const Policy = z.object({
  requires_approval: z.boolean(),
  duration_minutes: z.int(),
  buffer_before_minutes: z.int(),
  buffer_after_minutes: z.int(),
  price: z.number().nullable(),
  currency: z.string().nullable(),
  deposit: z.number().nullable(),
  late_cancellation_fee: z.number().nullable().openapi({
    description: "Owed by a customer who cancels after the notice; null: they cannot.",
  }),
  cancellation_notice_minutes: z.int(),
  reschedule_notice_minutes: z.int(),
  maximum_reschedules: z.int().nullable(),
}).openapi("AppointmentPolicy", { description: "The terms of the service when it was booked." });

export const Resource = z.object({ id, name: z.string(), kind: z.string() });

const common = {
  id,
  organization_id: id,
  service_id: id,
  location_id: id.nullable(),
  session_id: id.nullable().openapi({ description: "The session whose seats it takes." }),
  series_id: id.nullable(),
  party_size: z.int().openapi({ description: "How many people come." }),
  intake: z.record(z.string(), z.unknown()).openapi({ description: "The answers to what the service asks." }),
  status: Status,
  starts_at: instant,
  ends_at: instant,
  customer_id: id.nullable(),
  guest: Guest.nullable(),
  notes: z.string().nullable(),
  cancellation_reason: z.string().nullable(),
  expires_at: instant.nullable().openapi({ description: "When a request lapses that nobody answers." }),
  fee_due: z.number().nullable().openapi({ description: "Owed for cancelling late, in the policy's currency." }),
  reschedules: z.int(),
  version: z.int().openapi({ description: "Counts the changes. The ETag." }),
  created_at: instant,
  updated_at: instant,
};

export const Appointment = z.object({
  ...common,
  service_name: z.string(),
  customer_name: z.string().nullable(),
  time_zone: z.string().openapi({ example: "Europe/Paris", description: "The organization's." }),
  resources: z.array(Resource),
  policy: Policy,
}).openapi("Appointment");

export const BookedAppointment = Appointment.extend({
  manage_token: z.string().optional().openapi({ description: "Guests only: proves later that it is their booking." }),
}).openapi("BookedAppointment");

export const AppointmentSummary = z.object({ ...common, resource_ids: z.array(id) }).openapi("AppointmentSummary");

export const AppointmentPage = z.object({
  items: z.array(AppointmentSummary),
  next_cursor: z.string().nullable().openapi({ description: "Pass it as `cursor` for the next page; null: the last." }),
}).openapi("AppointmentPage");

export const GuestToBook = z.strictObject({
  name: z.string().trim().min(1).max(200).openapi({ example: "Ada Example" }),
  email: z.email().max(320).optional().openapi({ example: "ada@example.org" }),
  phone: z.string().trim().min(3).max(40).optional(),
});

export const partySize = z.int().min(1).max(1000).optional().openapi({
  description: "How many people come: 1, or as many as the hold is for.",
});
const answer = z.union([
  z.string().max(5000),
  z.number(),
  z.boolean(),
  z.array(z.string().max(200)).max(100),
  z.null(),
]);

/** Who comes, and what they say: of every way to book. */
export const visit = {
  customer_id: id.optional().openapi({ description: "For staff: who it is for. The caller when left out." }),
  guest: GuestToBook.optional().openapi({
    description: "Someone without an account; an e-mail address or a phone number is needed.",
  }),
  party_size: partySize,
};
export const said = {
  notes: notes.optional(),
  intake: z.record(z.string().max(40), answer).optional().openapi({
    description: "Answers to the service's `intake_fields`, by name.",
    example: { allergies: "none" },
  }),
};

export const BookAppointment = z.strictObject({
  service_id: id,
  starts_at: instant.optional().openapi({ description: "A listed start. Needed without `hold_id` and `session_id`." }),
  resource_id: id.optional().openapi({ description: "Who or what shall serve; any when left out." }),
  session_id: id.optional().openapi({ description: "Seats of this session." }),
  hold_id: id.optional().openapi({ description: "What is held for one." }),
  hold_token: token.optional().openapi({ description: "Guests: the token of the hold." }),
  ...visit,
  ...said,
}).openapi("BookAppointment");

const reason = z.string().max(1000);
const withStart = (field: string) => ({ path: [field], error: "Send starts_at with it." });

export const ChangeAppointment = z.strictObject({
  starts_at: instant.optional().openapi({ description: "Moves it." }),
  resource_id: id.optional().openapi({ description: "With `starts_at`: who or what shall serve." }),
  notes: notes.nullable().optional().openapi({ description: "Replaces the notes; null removes them." }),
  reason: reason.optional().openapi({ description: "With `starts_at`: why. Needed of staff after the notice." }),
})
  .refine((change) => change.starts_at !== undefined || change.notes !== undefined, "Send starts_at, notes, or both.")
  .refine((change) => change.resource_id === undefined || change.starts_at !== undefined, withStart("resource_id"))
  .refine((change) => change.reason === undefined || change.starts_at !== undefined, withStart("reason"))
  .openapi("ChangeAppointment");

export const CancelAppointment = z.strictObject({ reason: reason.optional() }).openapi("CancelAppointment");
export const CancelQuery = z.object({ reason: reason.optional() });

export const endsAfterStart = { path: ["to"], error: "Must be after from." };

export const ListQuery = z.object({
  organization_id: id.optional(),
  service_id: id.optional(),
  resource_id: id.optional(),
  session_id: id.optional(),
  customer_id: id.optional(),
  status: Status.optional(),
  from: instant.optional().openapi({ description: "Starts at or after." }),
  to: instant.optional().openapi({ description: "Starts before." }),
  limit: limit(200, 50),
  cursor: z.string().max(500).optional(),
}).refine(({ from, to }) => !from || !to || Date.parse(from) < Date.parse(to), endsAfterStart);

/** PostgREST hands out 1,000 rows at most, and one more than asked for tells whether there are more. */
export const mostSlots = 999;

export const SlotsQuery = z.object({
  service_id: id,
  from: instant,
  to: instant.openapi({ example: "2027-03-08T00:00:00+00:00", description: "At most 62 days after `from`." }),
  resource_id: id.optional(),
  party_size: z.coerce.number().int().min(1).max(1000).default(1),
  time_zone: z.string().refine(isTimeZone, "Not an IANA time zone.").optional().openapi({
    example: "Europe/Paris",
    description: "Adds the local time of each slot.",
  }),
  limit: limit(mostSlots, mostSlots),
}).refine(({ from, to }) => Date.parse(from) < Date.parse(to), endsAfterStart);

export const Slots = z.object({
  slots: z.array(z.object({
    starts_at: instant,
    ends_at: instant,
    seats_left: z.int().openapi({ description: "For how many more people; 1 where nobody shares it." }),
    resource_ids: z.array(id).openapi({ description: "Who can be chosen to serve, where there is a choice." }),
    local_start: z.string().optional().openapi({ example: "2027-03-01T10:00:00+01:00" }),
  })),
  next_from: instant.nullable().openapi({ description: "Where to go on when `limit` cut the list." }),
}).openapi("Slots");

export const manageToken = token.optional().openapi({ description: "A guest's token for this very thing." });
export const ManageHeaders = z.object({ "x-manage-token": manageToken });
export const ChangeHeaders = z.object({ "if-match": ifMatch, "x-manage-token": manageToken });
export const TransitionHeaders = z.object({ "if-match": ifMatch });
export const BookHeaders = z.object({ "idempotency-key": idempotencyKey });
export const CalendarQuery = z.object({ token: manageToken });

export const History = z.object({
  items: z.array(z.object({
    id,
    at: instant,
    action: z.string().openapi({ example: "appointment.rescheduled" }),
    actor: z.enum(["customer", "user", "guest", "service", "system"]),
    actor_name: z.string().nullable().openapi({ description: "For members with `appointments.read`." }),
    previous_status: Status.nullable(),
    status: Status.nullable(),
    previous_starts_at: instant.nullable(),
    starts_at: instant.nullable(),
    reason_given: z.boolean(),
    reason: z.string().nullable().openapi({ description: "For members with `appointments.read`." }),
  })),
}).openapi("AppointmentHistory");

export function isTimeZone(name: string): boolean {
  // Intl takes offsets ("+01:00") for zones too.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}
