import { z } from "@hono/zod-openapi";
import { id, idempotencyKey, instant } from "../../../../shared/http/schemas.ts";
import { GuestToBook, notes } from "../schemas.ts";

export const ImportAppointments = z.strictObject({
  organization_id: id,
  appointments: z.array(z.strictObject({
    external_id: z.string().min(1).max(200).openapi({ description: "What the other system calls it: imported once." }),
    service_id: id,
    resource_id: id.optional().openapi({ description: "Who or what served; any that is free when left out." }),
    starts_at: instant,
    ends_at: instant.optional().openapi({ description: "After the service's duration when left out." }),
    status: z.enum(["booked", "fulfilled", "no_show", "cancelled"]),
    customer_id: id.optional(),
    guest: GuestToBook.optional(),
    notes: notes.optional(),
    party_size: z.int().min(1).max(1000).optional(),
    booked_at: instant.optional(),
  })).min(1).max(1000),
}).openapi("ImportAppointments");

export const ImportHeaders = z.object({ "idempotency-key": idempotencyKey });

export const ImportReport = z.object({
  imported: z.int(),
  repeated: z.int().openapi({ description: "Known by their external id: not done twice." }),
  failed: z.int(),
  results: z.array(z.object({
    row: z.int().openapi({ description: "Its place in the request, from 1." }),
    external_id: z.string().nullable(),
    outcome: z.enum(["imported", "repeated", "failed"]),
    appointment_id: id.optional(),
    code: z.string().optional().openapi({ example: "slot_taken", description: "Why it failed." }),
    hint: z.string().nullable().optional(),
    detail: z.record(z.string(), z.unknown()).optional(),
  })),
}).openapi("ImportReport");
