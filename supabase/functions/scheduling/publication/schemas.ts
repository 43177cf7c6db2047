import { z } from "@hono/zod-openapi";
import { id, instant } from "../../../../shared/http/schemas.ts";
import { version } from "../schemas.ts";

export { Schedule } from "../schedules/schemas.ts";

const Conflict = z.object({
  game_id: id.nullish(),
  kind: z.enum([
    "appointment",
    "hold",
    "game",
    "block",
    "closed",
    "absence",
    "busy",
    "retired",
    "taken",
    "no_start",
    "no_venue",
    "no_games",
  ]).openapi({ description: "What else is there, why the resource is not, or what the game lacks." }),
  resource_id: id.nullish().openapi({ description: "The team or venue." }),
  resource_name: z.string().nullish(),
  other_game_id: id.nullish().openapi({ description: "The other game, if it is of the same schedule." }),
  starts_at: instant.nullish().openapi({ description: "Of what is in the way." }),
  ends_at: instant.nullish(),
}).openapi("GameConflict");

export const Conflicts = z.object({
  schedule_id: id,
  status: z.enum(["draft", "published"]),
  conflicts: z.array(Conflict).openapi({ description: "At most 500." }),
  total: z.int(),
  version: version.openapi({ description: "Of the schedule; also its ETag." }),
}).openapi("ScheduleConflicts");
