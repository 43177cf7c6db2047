import { z } from "@hono/zod-openapi";
import { id, instant } from "../../../../shared/http/schemas.ts";
import { active, changesOf, code, flag, ListQuery, name, pageOf, Removed, timeZone, version } from "../schemas.ts";

const own = {
  name: name.openapi({ example: "Hilton Coliseum" }),
  code: code.nullable(),
  spectators: z.int().min(0).max(1_000_000).nullable().openapi({ description: "How many can watch." }),
  games_at_once: z.int().min(1).max(1000).openapi({ description: "How many games fit in at the same time." }),
  time_zone: timeZone,
  address: z.string().max(500).nullable(),
  latitude: z.number().min(-90).max(90).nullable().openapi({ description: "Degrees north, WGS 84.", example: 42.02 }),
  longitude: z.number().min(-180).max(180).nullable().openapi({ description: "Degrees east.", example: -93.64 }),
};
const location_id = id.nullable().openapi({
  description: "A location of the organization, in place of address, latitude and longitude.",
});

export const Venue = z.object({
  id: id.openapi({ description: "Also of the resource that it is." }),
  organization_id: id,
  ...own,
  active,
  version,
  created_at: instant,
  updated_at: instant,
}).openapi("Venue");
export const VenuePage = pageOf(Venue).openapi("VenuePage");
export const VenuesQuery = ListQuery.extend({ active: flag.optional(), code: code.optional() });
export const RemovedVenue = Removed.openapi("RemovedVenue");

export const CreateVenue = z.strictObject({ ...own, location_id }).partial()
  .extend({
    organization_id: id,
    resource_id: id.optional().openapi({
      description: "A resource of kind venue that there is, in place of name, place, zone and capacity.",
    }),
  }).refine(({ name, resource_id }) => name !== undefined || resource_id !== undefined, {
    message: "Name it, or the resource that it is.",
    path: ["name"],
  }).openapi("CreateVenue");
export const ChangeVenue = changesOf({ ...own, location_id, active }).openapi("ChangeVenue");
