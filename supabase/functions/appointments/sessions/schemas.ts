import { z } from "@hono/zod-openapi";
import { id, idempotencyKey, instant, limit } from "../../../../shared/http/schemas.ts";
import { endsAfterStart, said, visit } from "../schemas.ts";

const Status = z.enum(["open", "cancelled"]);

export const Session = z.object({
  id,
  organization_id: id,
  service_id: id,
  location_id: id.nullable(),
  starts_at: instant,
  ends_at: instant,
  resource_ids: z.array(id),
  seats: z.int(),
  seats_taken: z.int().openapi({ description: "By bookings, requests and holds." }),
  seats_left: z.int(),
  planned: z.boolean().openapi({ description: "By staff; others were opened by their first booking." }),
  status: Status,
  created_at: instant,
}).openapi("Session");

export const SessionPage = z.object({
  items: z.array(Session),
  next_cursor: z.string().nullable().openapi({ description: "Pass it as `cursor` for the next page; null: the last." }),
}).openapi("SessionPage");

export const PlanSession = z.strictObject({
  service_id: id,
  starts_at: instant,
  resource_id: id.optional().openapi({ description: "Who or what shall serve; any when left out." }),
  seats: z.int().min(1).max(1000).optional().openapi({ description: "The service's when left out." }),
}).openapi("PlanSession");

export const JoinSession = z.strictObject({ ...visit, ...said }).openapi("JoinSession");

export const SessionsQuery = z.object({
  service_id: id.optional(),
  organization_id: id.optional(),
  status: Status.optional(),
  from: instant.openapi({ description: "Starts at or after." }),
  to: instant.openapi({ description: "Starts before." }),
  limit: limit(200, 50),
  cursor: z.string().max(500).optional(),
})
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), endsAfterStart)
  .refine(({ service_id, organization_id }) => service_id ?? organization_id, {
    path: ["service_id"],
    error: "Send service_id or organization_id.",
  });

export const SessionHeaders = z.object({ "idempotency-key": idempotencyKey });
