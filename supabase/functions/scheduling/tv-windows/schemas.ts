import { z } from "@hono/zod-openapi";
import { id, instant } from "../../../../shared/http/schemas.ts";
import { changesOf, day, ListQuery, name, pageOf, timeOfDay, timeZone, version } from "../schemas.ts";

const network = z.string().trim().min(1).max(100);
const fields = {
  name: name.openapi({ example: "Big Monday" }),
  network: network.nullable(),
  plays_on: day.nullable().openapi({ description: "On this day; or `weekday`." }),
  weekday: z.int().min(1).max(7).nullable().openapi({
    description: "On this day of each week, 1 is Monday; or `plays_on`.",
  }),
  starts: timeOfDay,
  time_zone: timeZone,
  value: z.number().min(0).max(999_999_999_999).openapi({
    description: "What a game of quality 1 brings, in the organization's currency.",
  }),
  minimum_quality: z.number().min(0).max(1).openapi({ description: "The least quality of a match-up that is taken." }),
};

export const TvWindow = z.object({
  id,
  organization_id: id,
  season_id: id,
  ...fields,
  version,
  created_at: instant,
  updated_at: instant,
}).openapi("TvWindow");
export const TvWindowPage = pageOf(TvWindow).openapi("TvWindowPage");
export const TvWindowsQuery = ListQuery.extend({ season_id: id.optional(), network: network.optional() });

export const CreateTvWindow = z.strictObject(fields).partial()
  .extend({ season_id: id, name: fields.name, starts: fields.starts, time_zone: fields.time_zone })
  .openapi("CreateTvWindow");
export const ChangeTvWindow = changesOf(fields).openapi("ChangeTvWindow");
