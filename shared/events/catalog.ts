import { z } from "zod";
import { credentialEvents } from "./credential-events.ts";
import { type Definition, id, instant, of } from "./definition.ts";
import { eventTypeEvents } from "./event-type-events.ts";
import { gatewayEvents } from "./gateway-events.ts";
import { subscriptionEvents } from "./subscription-events.ts";
import { schedulingEvents } from "./scheduling-events.ts";
import { documentEvents, notificationEvents } from "./document-events.ts";
import { queueEvents } from "./queue-events.ts";
import { sagaEvents } from "./saga-events.ts";
import { webhookEvents } from "./webhook-events.ts";

export type { Definition } from "./definition.ts";

/**
 * The names and payloads of all events: the single source of docs/events.md. An event says that something happened and
 * what a consumer needs to find it; it never holds a name, an address or any other personal data.
 */

const slot = { starts_at: instant, ends_at: instant, resource_ids: z.array(id) };
const party_size = z.int().positive();
const session_id = id.nullable();
const appointment = z.object({ service_id: id, status: z.string(), ...slot, session_id, party_size });
const ended = appointment.extend({ reason_given: z.boolean() });
const session = z.object({ service_id: id, status: z.string(), ...slot, seats: z.int().positive() });
const hold = appointment.extend({ expires_at: instant });
const entry = z.object({ service_id: id, status: z.string(), party_size });
const resource = z.object({ kind: z.string(), active: z.boolean() });
const service = z.object({ active: z.boolean(), visibility: z.enum(["public", "private"]) });
const location = z.object({ active: z.boolean() });
const feedback = z.object({ appointment_id: id, service_id: id, resource_ids: z.array(id), rating: z.int() });
const rule = z.object({ service_id: id, rule: z.string(), time_zone: z.string() });
const seriesChange = rule.extend({
  scope: z.enum(["one", "following", "all"]),
  appointment_ids: z.array(id),
  skipped: z.int(),
});
const nothing = z.object({});

const organizations = of("organization");
const locations = of("location");
const resources = of("resource");
const services = of("service");
const appointments = of("appointment");
const sessions = of("session");
const holds = of("hold");
const entries = of("waitlist_entry");
const feedbacks = of("feedback");
const series = of("series");

export const catalog = {
  "organization.created": organizations("An organization begins.", z.object({ slug: z.string(), kind: z.string() })),
  "organization.updated": organizations("Its name, zone, listing or settings changed.", nothing),
  "organization.limits_changed": organizations("Other limits hold for bookings across its services.", nothing),
  "member.invited": organizations("Someone was invited.", z.object({ invitation_id: id, role: z.string() })),
  "member.invitation_revoked": organizations("An invitation was taken back.", z.object({ invitation_id: id })),
  "member.joined": organizations(
    "An invitation was accepted.",
    z.object({ user_id: id, role: z.string(), invitation_id: id }),
  ),
  "member.role_changed": organizations(
    "A member has another role.",
    z.object({ user_id: id, role: z.string(), previous_role: z.string() }),
  ),
  "member.removed": organizations("A member left or was removed.", z.object({ user_id: id, role: z.string() })),
  "profile.updated": of("profile")("A user changed their profile. Belongs to no organization.", nothing),

  "location.created": locations("There is a new place.", location),
  "location.updated": locations("Its name, address, position, zone or activity changed.", location),

  "resource.created": resources("There is a new resource.", resource),
  "resource.updated": resources("Its name, zone, capacity, attributes or activity changed.", resource),
  "resource.hours_changed": resources("Its weekly hours or the hours of a date changed.", resource),
  "resource.absence_added": resources("It is away for a while.", resource),
  "resource.absence_removed": resources("An absence was taken back.", resource),
  "resource.limits_changed": resources("Other limits hold for its bookings.", nothing),
  "resource.busy_times_imported": resources("Busy times of another calendar were replaced.", resource),

  "service.created": services("There is a new service.", service),
  "service.updated": services("Its terms or its groups of resources changed.", service),
  "service.limits_changed": services("Other limits hold for its bookings.", nothing),

  "appointment.requested": appointments("A slot is held until staff confirm or decline, or it lapses.", appointment),
  "appointment.booked": appointments("A slot is booked.", appointment),
  "appointment.imported": appointments(
    "It was booked in another system, and may be long over: see its status.",
    appointment,
  ),
  "appointment.confirmed": appointments("Staff confirmed what was requested.", appointment),
  "appointment.rescheduled": appointments(
    "It moved to another slot; `previous` is where it was.",
    appointment.extend({ previous: z.object(slot), reason_given: z.boolean() }),
  ),
  "appointment.updated": appointments("Its notes changed.", appointment),
  "appointment.cancelled": appointments("It was cancelled and its time given back.", ended),
  "appointment.declined": appointments("Staff declined what was requested; its time was given back.", ended),
  "appointment.lapsed": appointments("Nobody answered the request in time; its time was given back.", ended),
  "appointment.arrived": appointments("The customer is here.", appointment),
  "appointment.checked_in": appointments("The customer is checked in.", appointment),
  "appointment.fulfilled": appointments("It took place.", appointment),
  "appointment.no_show": appointments("The customer did not come; the rest of the time was given back.", appointment),
  "appointment.entered_in_error": appointments(
    "It should never have been entered; its time was given back.",
    appointment,
  ),

  "session.opened": sessions("A start that several people attend was planned, or first booked.", session),
  "session.cancelled": sessions("It was cancelled, or the last of those who had opened it left.", session),

  "hold.placed": holds("A slot, or seats of a session, are held for a visitor.", hold),
  "hold.booked": holds("What was held is booked.", hold),
  "hold.released": holds("The visitor let go of it.", hold),
  "hold.expired": holds("Its time was over.", hold),

  "waitlist.joined": entries("Someone waits for a slot.", entry),
  "waitlist.offered": entries(
    "A slot came free and is held for them until it expires.",
    entry.extend({ hold_id: id, starts_at: instant, ends_at: instant, expires_at: instant }),
  ),
  "waitlist.booked": entries("They booked what they were offered.", entry),
  "waitlist.lapsed": entries(
    "They did not answer the offer in time, or nothing suited in time; they wait no longer.",
    entry,
  ),
  "waitlist.declined": entries("They let the offer go, and keep waiting for another.", entry),
  "waitlist.left": entries("They wait no longer.", entry),

  "feedback.given": feedbacks("A fulfilled appointment was rated.", feedback),
  "feedback.answered": feedbacks("The organization answered it, or took its answer back.", feedback),
  "feedback.hidden": feedbacks("Staff hid it; its rating counts all the same.", feedback),
  "feedback.shown": feedbacks("Staff showed it again.", feedback),
  "series.booked": series(
    "Several appointments were booked by a rule; each has its own event too.",
    rule.extend({ booked: z.int(), skipped: z.int() }),
  ),
  "series.changed": series("Appointments of it were moved, given to someone else or noted.", seriesChange),
  "series.cancelled": series("Appointments of it were cancelled.", seriesChange),

  ...queueEvents,
  ...eventTypeEvents,
  ...subscriptionEvents,
  ...credentialEvents,
  ...sagaEvents,
  ...schedulingEvents,
  ...documentEvents,
  ...notificationEvents,
  ...webhookEvents,
  ...gatewayEvents,
} as const satisfies Record<string, Definition>;

export type EventType = keyof typeof catalog;
export type EventData<Type extends EventType> = z.infer<(typeof catalog)[Type]["data"]>;

/** What a Realtime topic carries: enough to know that one should read again. The event's name is the type. */
export const Hint = z.object({
  id,
  type: z.enum(Object.keys(catalog) as [EventType, ...EventType[]]),
  version: z.int(),
});
export type Hint = z.infer<typeof Hint>;

const Envelope = z.object({
  id,
  organization_id: id.nullable(),
  aggregate_type: z.string(),
  aggregate_id: id,
  version: z.int(),
  type: Hint.shape.type,
  data: z.unknown(),
  actor_id: id.nullable(),
  actor_kind: z.enum(["user", "api_key", "service", "guest", "system"]),
  correlation_id: id,
  causation_id: id.nullable(),
  recorded_at: instant,
});

type Enveloped<Type extends EventType> = Omit<z.infer<typeof Envelope>, "type" | "data"> & {
  type: Type;
  data: EventData<Type>;
};

/** An event as a job's payload carries it, typed by its `type`. */
export type AnyEvent = { [Type in EventType]: Enveloped<Type> }[EventType];

/**
 * Reads an event from a job's payload; throws a ZodError for what is none of the catalog.
 *
 * ```ts
 * const event = parseEvent(job.payload);
 * if (event.type === "appointment.rescheduled") console.log(event.data.previous.starts_at);
 * ```
 */
export function parseEvent(payload: unknown): AnyEvent {
  const envelope = Envelope.parse(payload);
  return { ...envelope, data: catalog[envelope.type].data.parse(envelope.data) } as AnyEvent;
}
