import { z } from "@hono/zod-openapi";
import { id, idempotencyKey, instant, limit } from "../../../../shared/http/schemas.ts";
import { isTimeZone } from "../schemas.ts";

const degrees = (most: number) => z.number().min(-most).max(most);
const latitude = degrees(90).openapi({ example: 48.8566 });
const longitude = degrees(180).openapi({ example: 2.3522 });
const name = z.string().trim().min(1).max(200).openapi({ example: "Rue de Rivoli" });
const address = z.string().trim().max(500);
const timeZone = z.string().refine(isTimeZone, "Not an IANA time zone.").openapi({ example: "Europe/Paris" });

const place = {
  id,
  name: z.string(),
  address: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  time_zone: z.string(),
};

export const Location = z.object({
  ...place,
  organization_id: id,
  active: z.boolean(),
  created_at: instant,
  updated_at: instant,
}).openapi("Location");

export const Locations = z.object({ items: z.array(Location) }).openapi("Locations");

/** PostgREST hands out 1,000 rows at most. */
export const mostLocations = 1000;

export const LocationsQuery = z.object({
  organization_id: id,
  active: z.enum(["true", "false"]).optional(),
});

const bothOrNeither = { path: ["longitude"], error: "Send latitude and longitude, or neither." };

export const CreateLocation = z.strictObject({
  organization_id: id,
  name,
  time_zone: timeZone,
  address: address.optional(),
  latitude: latitude.optional(),
  longitude: longitude.optional(),
}).refine((made) => (made.latitude === undefined) === (made.longitude === undefined), bothOrNeither)
  .openapi("CreateLocation");

export const ChangeLocation = z.strictObject({
  name: name.optional(),
  time_zone: timeZone.optional(),
  address: address.nullable().optional(),
  latitude: latitude.nullable().optional(),
  longitude: longitude.nullable().optional(),
  active: z.boolean().optional().openapi({ description: "False: found no more. What is booked stays." }),
}).refine((change) => Object.keys(change).length > 0, "Send a field to change.").openapi("ChangeLocation");

export const LocationHeaders = z.object({ "idempotency-key": idempotencyKey });

// An empty text would be coerced to 0, which is a place.
const coordinate = (most: number) => z.string().trim().min(1).transform(Number).pipe(degrees(most));

export const NearbyQuery = z.object({
  latitude: coordinate(90).openapi({ example: 48.8566 }),
  longitude: coordinate(180).openapi({ example: 2.3522 }),
  radius_metres: z.coerce.number().positive().max(200_000).default(10_000),
  kind: z.string().max(40).optional().openapi({ example: "clinic" }),
  service_name: z.string().trim().min(1).max(200).optional().openapi({
    description: "A part of the name of a service.",
  }),
  open_now: z.enum(["true", "false"]).optional().openapi({ description: "Only what is open at this moment." }),
  limit: limit(20, 10),
  cursor: z.string().max(100).optional(),
});

export const Nearby = z.object({
  organizations: z.array(z.object({
    organization_id: id,
    name: z.string(),
    slug: z.string(),
    kind: z.string(),
    location: z.object(place).openapi({ description: "The nearest of its places." }),
    distance_metres: z.number(),
    open_now: z.boolean(),
    next_slot: z.object({ service_id: id, service_name: z.string(), starts_at: instant, ends_at: instant }).nullable()
      .openapi({ description: "The first free one of the next 14 days, over its public services." }),
  })),
  next_cursor: z.string().nullable(),
}).openapi("OrganizationsNearby");
