import { z } from "@hono/zod-openapi";
import { id, instant } from "../../../../shared/http/schemas.ts";
import { changesOf, day, ListQuery, name, pageOf, version } from "../schemas.ts";

const fields = { name: name.openapi({ example: "2026-27" }), starts_on: day, ends_on: day };

export const Season = z.object({
  id,
  organization_id: id,
  sport_id: id,
  ...fields,
  version,
  created_at: instant,
  updated_at: instant,
}).openapi("Season");
export const SeasonPage = pageOf(Season).openapi("SeasonPage");
export const SeasonsQuery = ListQuery.extend({ sport_id: id.optional() });

export const CreateSeason = z.strictObject({ sport_id: id, ...fields }).openapi("CreateSeason");
export const ChangeSeason = changesOf(fields).openapi("ChangeSeason");
