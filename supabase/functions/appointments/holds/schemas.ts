import { z } from "@hono/zod-openapi";
import { id, idempotencyKey, instant } from "../../../../shared/http/schemas.ts";
import { partySize } from "../schemas.ts";

export const Hold = z.object({
  id,
  organization_id: id,
  service_id: id,
  starts_at: instant,
  ends_at: instant,
  resource_ids: z.array(id),
  session_id: id.nullable(),
  party_size: z.int(),
  customer_id: id.nullable(),
  waitlist_entry_id: id.nullable().openapi({ description: "Whose turn it is, where it is an offer." }),
  status: z.enum(["held", "booked", "released", "expired"]),
  appointment_id: id.nullable().openapi({ description: "What it was booked as." }),
  expires_at: instant,
  created_at: instant,
}).openapi("Hold");

export const PlacedHold = Hold.extend({
  hold_token: z.string().optional().openapi({ description: "Guests only: books or releases it." }),
}).openapi("PlacedHold");

export const PlaceHold = z.strictObject({
  service_id: id,
  starts_at: instant.optional().openapi({ description: "A listed start. Needed without `session_id`." }),
  resource_id: id.optional(),
  session_id: id.optional().openapi({ description: "Seats of this session." }),
  party_size: partySize,
}).openapi("PlaceHold");

export const HoldHeaders = z.object({ "idempotency-key": idempotencyKey });
