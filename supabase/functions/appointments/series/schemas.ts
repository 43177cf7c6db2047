import { z } from "@hono/zod-openapi";
import { AppointmentSummary, BookAppointment, CancelAppointment, ChangeAppointment, SlotsQuery } from "../schemas.ts";

const { id, starts_at: instant, status, guest, customer_id, version, reschedules } = AppointmentSummary.shape;

const SeriesAppointment = z.object({
  id,
  starts_at: instant,
  ends_at: instant,
  status,
  resource_ids: z.array(id),
  reschedules,
  version: version.openapi({ description: "Counts the changes of this appointment." }),
});

const timeZone = z.string().openapi({ example: "Europe/Paris", description: "In whose wall-clock times it repeats." });

const Series = z.object({
  id,
  organization_id: id,
  service_id: id,
  service_name: z.string(),
  rule: z.string().openapi({ example: "FREQ=WEEKLY;COUNT=10", description: "The RRULE it was booked by." }),
  time_zone: timeZone,
  starts_at: instant,
  resource_id: id.nullable().openapi({ description: "Who or what was asked for." }),
  customer_id,
  customer_name: z.string().nullable(),
  guest,
  cancelled_at: instant.nullable().openapi({ description: "When what was left of it was cancelled." }),
  version: version.openapi({ description: "Counts the changes of the series. The ETag." }),
  created_at: instant,
  updated_at: instant,
});

export const SeriesDocument = Series.extend({ appointments: z.array(SeriesAppointment) }).openapi("Series");

export const Conflict = z.looseObject({
  appointment_id: id.nullable().openapi({ description: "Null where it was to be booked." }),
  starts_at: instant,
  status: z.int().openapi({ example: 409 }),
  code: z.string().openapi({ example: "slot_taken" }),
  detail: z.string().nullable(),
}).openapi("SeriesConflict", {
  description: "Why one appointment could not be had: what a single booking or change would have been told.",
});

const skipped = z.array(Conflict).openapi({ description: "With `on_conflict: skip`: what was left out or stayed." });
const manage_token = z.string().optional();

export const ChangedSeries = SeriesDocument.extend({ skipped }).openapi("ChangedSeries");

export const BookedSeries = Series.extend({
  skipped,
  manage_token: manage_token.openapi({ description: "Guests only: proves later that it is their series." }),
  appointments: z.array(SeriesAppointment.extend({ manage_token })),
}).openapi("BookedSeries");

const onConflict = z.enum(["refuse", "skip"]).default("refuse").openapi({
  description: "Whether one appointment that cannot be had refuses all of it, or is left out and listed.",
});

export const BookSeries = z.strictObject({
  service_id: BookAppointment.shape.service_id,
  rrule: z.string().min(1).max(300).openapi({
    example: "FREQ=WEEKLY;BYDAY=TU;COUNT=10",
    description: "RFC 5545, with COUNT or UNTIL (in UTC), of at most 100 dates; the first one is `starts_at`.",
  }),
  starts_at: instant.openapi({ description: "The first start. The others have its time of day in `time_zone`." }),
  time_zone: SlotsQuery.shape.time_zone.openapi({
    description: "The resource's where one is asked for, else the organization's, when left out.",
  }),
  resource_id: BookAppointment.shape.resource_id,
  customer_id: BookAppointment.shape.customer_id,
  guest: BookAppointment.shape.guest,
  notes: BookAppointment.shape.notes,
  party_size: BookAppointment.shape.party_size,
  intake: BookAppointment.shape.intake,
  on_conflict: onConflict,
}).openapi("BookSeries");

const scope = z.enum(["one", "following", "all"]).openapi({
  description: "`one` appointment, it and the `following`, or `all`. What is over, cancelled or has begun stays.",
});
const appointment_id = id.optional().openapi({ description: "The appointment chosen: needed unless all are meant." });

const namesOne = {
  path: ["appointment_id"],
  error: "Say which appointment of the series.",
};

export const ChangeSeries = z.strictObject({
  scope,
  appointment_id,
  starts_at: instant.optional().openapi({
    description: "When the chosen appointment shall start. The others move by as many days and as much time of day.",
  }),
  resource_id: id.optional().openapi({ description: "Who or what shall serve." }),
  notes: ChangeAppointment.shape.notes,
  reason: CancelAppointment.shape.reason,
  on_conflict: onConflict,
})
  .refine(({ scope, starts_at, appointment_id }) => appointment_id || (scope === "all" && !starts_at), namesOne)
  .refine(
    ({ starts_at, resource_id, notes }) => [starts_at, resource_id, notes].some((value) => value !== undefined),
    "Send starts_at, resource_id or notes.",
  )
  .openapi("ChangeSeries");

export const CancelSeriesQuery = z.object({
  scope: scope.default("all"),
  appointment_id,
  reason: CancelAppointment.shape.reason,
  on_conflict: onConflict,
}).refine(({ scope, appointment_id }) => appointment_id || scope === "all", namesOne);
