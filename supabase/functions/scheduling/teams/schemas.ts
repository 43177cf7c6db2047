import { z } from "@hono/zod-openapi";
import { id, instant } from "../../../../shared/http/schemas.ts";
import {
  active,
  changesOf,
  code,
  division,
  flag,
  ListQuery,
  name,
  pageOf,
  Removed,
  timeZone,
  version,
} from "../schemas.ts";

const own = {
  name: name.openapi({ example: "Iowa State" }),
  code: code.openapi({ example: "ISU" }),
  division: division.nullable(),
  venue_id: id.nullable().openapi({ description: "Where it plays at home; teams may share a venue." }),
  time_zone: timeZone,
};

export const Team = z.object({
  id: id.openapi({ description: "Also of the resource that it is." }),
  organization_id: id,
  sport_id: id,
  ...own,
  active,
  version,
  created_at: instant,
  updated_at: instant,
}).openapi("Team");
export const TeamPage = pageOf(Team).openapi("TeamPage");
export const TeamsQuery = ListQuery.extend({
  sport_id: id.optional(),
  division: division.optional(),
  venue_id: id.optional(),
  code: code.optional(),
  active: flag.optional(),
});
export const RemovedTeam = Removed.openapi("RemovedTeam");

export const CreateTeam = z.strictObject(own).partial()
  .extend({ sport_id: id, name: own.name, code: own.code }).openapi("CreateTeam");
export const ChangeTeam = changesOf({ ...own, active }).openapi("ChangeTeam");
