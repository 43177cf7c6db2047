import { z } from "@hono/zod-openapi";
import { id, IdParameter, instant, limit } from "../../../../shared/http/schemas.ts";
import { Game } from "../games/schemas.ts";
import { version } from "../schemas.ts";

const number = z.coerce.number().int().min(1).max(1_000_000_000);

export const KeptGame = Game.omit({
  organization_id: true,
  schedule_id: true,
  published: true,
  version: true,
  created_at: true,
  updated_at: true,
}).openapi("KeptGame");

export const Version = z.object({
  schedule_id: id,
  number: z.int(),
  note: z.string().nullable(),
  run_id: id.nullable().openapi({ description: "The optimization run that made it." }),
  created_by: id.nullable(),
  created_at: instant,
}).openapi("ScheduleVersion");
export const VersionWithGames = Version.extend({ games: z.array(KeptGame) }).openapi("ScheduleVersionWithGames");
export const VersionPage = z.object({
  items: z.array(Version),
  next_before: z.int().nullable().openapi({ description: "`before` of the next page." }),
}).openapi("ScheduleVersionPage");

export const VersionsQuery = z.object({
  before: number.optional().openapi({ description: "Versions with a smaller number." }),
  limit: limit(200, 50),
});
export const VersionParameters = IdParameter.extend({ number });
export const KeepVersion = z.strictObject({ note: z.string().max(1000).optional() }).openapi("KeepScheduleVersion");

export const DiffQuery = z.object({
  from: number.optional().openapi({ description: "Number of a version; else what stands." }),
  to: number.optional().openapi({ description: "Number of a version; else what stands." }),
});
export const Diff = z.object({
  schedule_id: id,
  from: z.int().nullable(),
  to: z.int().nullable(),
  added: z.array(KeptGame),
  removed: z.array(KeptGame),
  changed: z.array(z.object({
    id,
    fields: z.array(z.string()).openapi({ description: "What is different.", example: ["plays_on", "round"] }),
    before: KeptGame,
    after: KeptGame,
  })),
  unchanged: z.int(),
}).openapi("ScheduleDiff");

export const Restored = z.object({
  schedule_id: id,
  changed: z.int().openapi({ description: "How many games were put back." }),
  latest_version: z.int().openapi({ description: "The version kept of what stands now." }),
  version: version.openapi({ description: "Of the schedule; also its ETag." }),
}).openapi("ScheduleRestored");
