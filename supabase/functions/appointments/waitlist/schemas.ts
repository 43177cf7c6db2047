import { z } from "@hono/zod-openapi";
import { Hold } from "../holds/schemas.ts";
import { id, idempotencyKey, instant } from "../../../../shared/http/schemas.ts";
import { visit } from "../schemas.ts";

export const Entry = z.object({
  id,
  organization_id: id,
  service_id: id,
  resource_id: id.nullable(),
  customer_id: id.nullable(),
  from_time: instant.openapi({ description: "The first start that would suit." }),
  to_time: instant.openapi({ description: "Starts before it suit." }),
  party_size: z.int(),
  status: z.enum(["waiting", "offered", "booked", "lapsed", "left"]),
  position: z.int().nullable().openapi({ description: "Place in the line, from 1, while waiting." }),
  offer: Hold.nullable().openapi({ description: "The slot that is held for them: book it with its id as `hold_id`." }),
  appointment_id: id.nullable().openapi({ description: "What they booked." }),
  created_at: instant,
}).openapi("WaitlistEntry");

export const JoinedEntry = Entry.extend({
  waitlist_token: z.string().optional().openapi({ description: "Guests only: proves later that it is theirs." }),
}).openapi("JoinedWaitlistEntry");

export const ReadEntry = Entry.extend({
  hold_token: z.string().optional().openapi({ description: "Guests only: books or releases what is offered." }),
}).openapi("ReadWaitlistEntry");

export const JoinWaitlist = z.strictObject({
  service_id: id,
  from_time: instant,
  to_time: instant.openapi({ description: "At most a year after `from_time`." }),
  resource_id: id.optional().openapi({ description: "Only with this one; with any when left out." }),
  ...visit,
}).openapi("JoinWaitlist");

export const WaitlistHeaders = z.object({ "idempotency-key": idempotencyKey });
