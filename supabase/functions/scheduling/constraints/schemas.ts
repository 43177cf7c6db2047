import { z } from "@hono/zod-openapi";
import { cursor, id, instant, limit } from "../../../../shared/http/schemas.ts";
import { changesOf, flag, pageOf, version } from "../schemas.ts";

const fields = {
  name: z.string().max(200).nullable(),
  params: z.record(z.string(), z.unknown()).openapi({ description: "As the schema of the type says." }),
  hard: z.boolean().openapi({ description: "Must hold; else should, by weight." }),
  weight: z.number().positive().max(1_000_000),
  active: z.boolean().openapi({ description: "False: kept, and not asked for." }),
};

export const Constraint = z.object({
  id,
  organization_id: id,
  schedule_id: id,
  type: z.string().openapi({ example: "consecutive_games" }),
  ...fields,
  violated: z.boolean().nullable().openapi({ description: "As last measured; null: not since it changed." }),
  deviation: z.number().nullable().openapi({ description: "By how much; weight times this is its penalty." }),
  version,
  created_at: instant,
  updated_at: instant,
}).openapi("ScheduleConstraint");

export const ConstraintPage = pageOf(Constraint).openapi("ScheduleConstraintPage");
export const ConstraintsQuery = z.object({
  type: z.string().max(100).optional(),
  hard: flag.optional(),
  active: flag.optional(),
  violated: flag.optional(),
  limit: limit(200, 50),
  cursor,
});

export const AddConstraint = z.strictObject(fields).partial({ name: true, weight: true, active: true })
  .extend({ type: z.string().min(1).max(100) }).openapi("AddScheduleConstraint");
export const ChangeConstraint = changesOf(fields).openapi("ChangeScheduleConstraint");
