import { z } from "zod";
import { id, instant, of } from "./definition.ts";

const penalty = z.object({ hard: z.number().nullable(), soft: z.number().nullable() });
const runs = of("optimization_run");
const run = z.object({
  schedule_id: id,
  status: z.enum(["queued", "running", "succeeded", "failed", "cancelled"]),
});
const measured = of("schedule_constraint");
const measurement = z.object({
  schedule_id: id,
  type: z.string(),
  hard: z.boolean(),
  deviation: z.number(),
  schedule_version: z.int(),
});

/** What happens to optimization runs, and what is measured of constraints; part of the catalog. */
export const optimizationEvents = {
  "schedule.optimized": of("schedule")(
    "A run has made a version of it, or such a version was put into the draft (`applied`). Penalties before and after.",
    z.object({
      season_id: id,
      status: z.enum(["draft", "published"]),
      run_id: id,
      number: z.int(),
      applied: z.boolean(),
      from_version: z.int(),
      changed_meanwhile: z.boolean(),
      before: penalty,
      after: penalty,
    }),
  ),
  "optimization_run.queued": runs("A search was asked for.", run.extend({ schedule_version: z.int() })),
  "optimization_run.started": runs("A worker has begun.", run),
  "optimization_run.progressed": runs(
    "A tenth more is done. Who listens to the run's topic hears of each slice.",
    run.extend({
      evaluations: z.int(),
      of: z.int(),
      percent: z.number(),
      hard: z.number().nullable(),
      soft: z.number().nullable(),
      violated: z.int().nullable(),
      estimated_end: instant.nullable(),
    }),
  ),
  "optimization_run.succeeded": runs(
    "Its result is a version of the schedule.",
    run.extend({ result_version: z.int() }),
  ),
  "optimization_run.failed": runs("It could not be worked.", run.extend({ failure_code: z.string() })),
  "optimization_run.cancelled": runs(
    "Somebody ended it; the best until then may have been kept.",
    run.extend({ result_version: z.int().nullable() }),
  ),
  "constraint.violated": measured("A change to a game or a constraint made the games break it.", measurement),
  "constraint.satisfied": measured("The games keep to a constraint that they broke before.", measurement),
};
