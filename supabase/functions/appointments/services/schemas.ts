import { z } from "@hono/zod-openapi";
import { id, idempotencyKey, instant } from "../../../../shared/http/schemas.ts";

const minutes = z.int().min(0).max(527_040);
const amount = z.number().min(0).max(9_999_999_999);

const IntakeField = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
  label: z.string().max(200).optional(),
  type: z.enum(["text", "number", "integer", "boolean", "date", "choice", "choices", "email", "phone"]),
  required: z.boolean().optional(),
  choices: z.array(z.string().max(200)).max(100).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
}).openapi("IntakeField", {
  description: "A question at booking. minimum and maximum of a text count its characters.",
});

/** What can be set of a service. How the fields must fit together is the table's to say. */
const fields = {
  name: z.string().trim().min(1).max(200).openapi({ example: "Consultation" }),
  description: z.string().max(5000),
  duration_minutes: minutes.openapi({ example: 30 }),
  slot_interval_minutes: minutes,
  buffer_before_minutes: minutes,
  buffer_after_minutes: minutes,
  minimum_notice_minutes: minutes.openapi({ description: "How long before its start a slot can still be booked." }),
  booking_horizon_days: z.int().min(1).max(731),
  price: amount.nullable(),
  currency: z.string().regex(/^[A-Z]{3}$/).nullable().openapi({ example: "EUR" }),
  deposit: amount.nullable().openapi({ description: "Due at booking, as part of the price." }),
  late_cancellation_fee: amount.nullable().openapi({ description: "Null: nobody cancels after the notice." }),
  requires_approval: z.boolean(),
  approval_minutes: minutes.openapi({ description: "How long a request waits for its answer." }),
  hold_minutes: minutes,
  offer_minutes: minutes.openapi({ description: "How long what is freed is held for who waits." }),
  seats: z.int().min(1).max(1000).openapi({ description: "Over one: bookings of a start share a session." }),
  maximum_party: z.int().min(1).max(1000).openapi({ description: "How many may come on one booking." }),
  intake_fields: z.array(IntakeField).max(50),
  visibility: z.enum(["public", "private"]),
  guests_allowed: z.boolean(),
  assignment: z.enum(["round_robin", "fixed"]),
  cancellation_notice_minutes: minutes,
  reschedule_notice_minutes: minutes,
  maximum_reschedules: z.int().min(0).max(1000).nullable(),
  active: z.boolean(),
  grid: z.enum(["opening", "midnight", "gap", "optimized"]).openapi({ description: "Where slots count from." }),
  grid_minutes: minutes.nullable(),
  grid_preferred: z.array(minutes).max(10),
};

export const Service = z.object({
  id,
  organization_id: id,
  ...fields,
  intake_fields: z.array(z.looseObject({ name: z.string(), type: z.string() })),
  created_at: instant,
  updated_at: instant,
}).openapi("Service");

const Changes = z.strictObject(fields).partial();

export const CreateService = Changes.extend({
  organization_id: id,
  name: fields.name,
  duration_minutes: fields.duration_minutes,
}).openapi("CreateService");

export const ChangeService = Changes
  .refine((changes) => Object.keys(changes).length > 0, "Send a field to change.").openapi("ChangeService");

export const SetGroups = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string().trim().min(1).max(100).openapi({ example: "doctor" }),
      rule: z.enum(["all", "any"]).openapi({ description: "Whether all of its members are needed, or any one." }),
      resource_ids: z.array(id).min(1).max(200).optional(),
      members: z.array(z.strictObject({
        resource_id: id,
        priority: z.int().min(-1000).max(1000).optional(),
        weight: z.number().positive().max(1000).optional(),
      })).min(1).max(200).optional().openapi({ description: "In place of resource_ids, for round robin." }),
    }),
  ).max(10),
}).openapi("SetServiceGroups");

export const ServiceHeaders = z.object({ "idempotency-key": idempotencyKey });
