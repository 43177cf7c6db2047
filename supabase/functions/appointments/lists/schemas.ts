import { z } from "@hono/zod-openapi";
import { id, instant, limit } from "../../../../shared/http/schemas.ts";
import { Guest, Resource, Status } from "../schemas.ts";

const day = z.iso.date().openapi({ example: "2027-03-01" });
const page = { limit: limit(200, 100), cursor: z.string().max(500).optional() };
const nextCursor = z.string().nullable();

export const DayQuery = z.object({
  day: day.openapi({ description: "Of the location's zone: a day on which the clock changes has 23 or 25 hours." }),
  ...page,
});
export const WeekQuery = z.object({
  first_day: day.openapi({ description: "The first of seven, of the resource's zone." }),
  ...page,
});
export const HistoryQuery = z.object({
  organization_id: id.optional().openapi({ description: "Needed, but for one's own." }),
  ...page,
});

export const Entry = z.object({
  id,
  organization_id: id,
  service_id: id,
  service_name: z.string(),
  location_id: id.nullable(),
  status: Status,
  starts_at: instant,
  ends_at: instant,
  customer_id: id.nullable(),
  customer_name: z.string().nullable().openapi({ description: "A customer's or a guest's." }),
  guest: Guest.nullable(),
  resources: z.array(Resource),
  notes: z.string().nullable(),
  version: z.int(),
}).openapi("AppointmentEntry");

export const Day = z.object({ items: z.array(Entry), next_cursor: nextCursor }).openapi("LocationDay");

export const Week = z.object({
  items: z.array(z.object({
    kind: z.enum(["appointment", "session", "hold", "game", "block"]),
    busy_from: instant.openapi({ description: "Buffers included." }),
    busy_until: instant,
    id: id.openapi({ description: "Of the appointment, session, hold or game." }),
    appointment: Entry.nullable().openapi({ description: "Null for what is none." }),
  })),
  next_cursor: nextCursor,
}).openapi("ResourceWeek");

export const History = z.object({
  items: z.array(Entry.extend({
    rating: z.int().nullable().openapi({ description: "What they gave it, if anything." }),
  })),
  next_cursor: nextCursor,
}).openapi("CustomerHistory");
