import { z } from "@hono/zod-openapi";
import { cursor, id, idempotencyKey, instant, limit } from "../../../../shared/http/schemas.ts";
import { ifMatch } from "../../../../shared/http/version.ts";

const penalty = (what: string) => z.number().nullable().openapi({ description: what });

export const Run = z.object({
  id,
  organization_id: id,
  schedule_id: id,
  schedule_version: z.int().openapi({ description: "The version of the schedule that it was given." }),
  status: z.enum(["queued", "running", "succeeded", "failed", "cancelled"]),
  started_from: z.enum(["current", "scratch"]).openapi({
    description: "From the games as they stood, or from nothing: also where they were no whole schedule.",
  }),
  seed: z.int(),
  seconds: z.int().nullable(),
  evaluations: z.int().nullable().openapi({
    description:
      "The budget. Of one in seconds it is known once the speed has been measured; the same number again gives the same result.",
  }),
  done_evaluations: z.int(),
  percent: z.number().openapi({ description: "How much of it is done." }),
  slices: z.int(),
  milliseconds: z.int().openapi({ description: "What was worked on it." }),
  start_hard: penalty("Of the hard constraints in the games as they stood; null where they were no whole schedule."),
  start_soft: penalty("Of the soft ones in them."),
  best_hard: penalty("Of the hard constraints in the best schedule so far; 0: none is broken."),
  best_soft: penalty("Of the soft ones in it."),
  best_violated: z.int().nullable().openapi({ description: "How many constraints it breaks." }),
  improvement: z.object({ hard: z.number(), soft: z.number() }).nullable().openapi({
    description: "How much less the penalties are than at the start.",
  }),
  apply: z.boolean(),
  result_version: z.int().nullable().openapi({ description: "The version of the schedule that it made." }),
  applied_at: instant.nullable(),
  failure_code: z.string().nullable(),
  failure: z.string().nullable(),
  created_by: id.nullable(),
  created_at: instant,
  started_at: instant.nullable(),
  ended_at: instant.nullable(),
  estimated_end: instant.nullable(),
  version: z.int().openapi({ description: "Counts what happened to it; also the ETag." }),
}).openapi("OptimizationRun");

export const RunPage = z.object({ items: z.array(Run), next_cursor: z.string().nullable() }).openapi(
  "OptimizationRunPage",
);

export const Optimize = z.strictObject({
  seconds: z.int().min(1).max(3600).optional().openapi({ description: "The budget in time of work.", example: 60 }),
  evaluations: z.int().min(1_000).max(10_000_000_000).optional().openapi({
    description: "Or in moves to be evaluated.",
  }),
  seed: z.int().min(0).max(4_294_967_295).optional().openapi({
    description: "The same seed and evaluations on the same input give the same result; 1 unless said.",
  }),
  from: z.enum(["current", "scratch"]).optional().openapi({
    description: "`current`, unless said: from the games as they stand, if they are a whole schedule.",
  }),
  apply: z.boolean().optional().openapi({
    description: "Put the result into the draft, unless the schedule has changed meanwhile.",
  }),
}).refine(({ seconds, evaluations }) => (seconds === undefined) !== (evaluations === undefined), {
  message: "Give the budget either in seconds or in evaluations.",
  path: ["seconds"],
}).openapi("Optimize");

export const CancelRun = z.strictObject({
  keep: z.boolean().optional().openapi({ description: "Keep the best so far as a version." }),
}).openapi("CancelOptimizationRun");

/** What the route of a schedule answers; here only what a run changes in it. */
export const AppliedSchedule = z.object({
  id,
  status: z.enum(["draft", "published", "archived"]),
  latest_version: z.int(),
  version: z.int(),
}).openapi("AppliedSchedule");

export const RunsQuery = z.object({
  status: Run.shape.status.optional(),
  limit: limit(200, 50),
  cursor,
});
export const ChangeHeaders = z.object({ "if-match": ifMatch });
export const CommandHeaders = z.object({ "if-match": ifMatch, "idempotency-key": idempotencyKey });
