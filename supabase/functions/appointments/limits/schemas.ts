import { z } from "@hono/zod-openapi";
import { id } from "../../../../shared/http/schemas.ts";

const Limit = z.strictObject({
  subject: z.enum(["customer", "resource", "service"]).openapi({ description: "Who may have at most so much, each." }),
  period: z.enum(["day", "week", "month"]),
  unit: z.enum(["bookings", "minutes"]),
  maximum: z.int().min(0).max(1_000_000).openapi({ example: 2 }),
}).openapi("BookingLimit");

const whose = {
  organization_id: id.optional().openapi({ description: "Across its services." }),
  service_id: id.optional(),
  resource_id: id.optional(),
};

export const SetLimits = z.strictObject({
  ...whose,
  limits: z.array(Limit).max(20).openapi({ description: "All there shall be: those not named are lifted." }),
}).refine(
  ({ organization_id, service_id, resource_id }) =>
    [organization_id, service_id, resource_id].filter((named) => named !== undefined).length === 1,
  "Say whose limits: organization_id, service_id or resource_id.",
).openapi("SetBookingLimits");

export const Limits = z.object({
  items: z.array(z.object({
    id,
    organization_id: id,
    service_id: id.nullable().openapi({ description: "What is booked of this service counts; null: of any." }),
    resource_id: id.nullable().openapi({ description: "What is booked of this resource counts; null: of any." }),
    ...Limit.shape,
  })),
}).openapi("BookingLimits");

export const LimitsQuery = z.object({ organization_id: id, service_id: id.optional(), resource_id: id.optional() });
/** How many a list returns: the cap of PostgREST, fifty services with all that may be set at once. */
export const mostLimits = 1000;
