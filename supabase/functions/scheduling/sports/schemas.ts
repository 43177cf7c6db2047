import { z } from "@hono/zod-openapi";
import { id, instant } from "../../../../shared/http/schemas.ts";
import { changesOf, ListQuery, name, pageOf, version } from "../schemas.ts";

const minutes = z.int().min(0).max(1440);
const fields = {
  name: name.openapi({ example: "Women's basketball" }),
  game_minutes: z.int().min(1).max(1440).openapi({ description: "How long a game lasts where its end is not given." }),
  setup_minutes: minutes.openapi({ description: "What venue and teams are taken for before a game." }),
  teardown_minutes: minutes.openapi({ description: "And after it." }),
};

export const Sport = z.object({ id, organization_id: id, ...fields, version, created_at: instant, updated_at: instant })
  .openapi("Sport");
export const SportPage = pageOf(Sport).openapi("SportPage");
export const SportsQuery = ListQuery;

export const CreateSport = z.strictObject(fields).partial()
  .extend({ organization_id: id, name: fields.name }).openapi("CreateSport");
export const ChangeSport = changesOf(fields).openapi("ChangeSport");
