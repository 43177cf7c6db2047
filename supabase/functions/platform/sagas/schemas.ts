import { z } from "@hono/zod-openapi";
import { cursor, id, instant, limit } from "../../../../shared/http/schemas.ts";

const status = z.enum(["running", "compensating", "done", "undone", "parked"]).openapi({
  description: "`parked`: a compensation failed, or no worker knows the definition; a person decides.",
});
const anything = z.json().openapi({ type: ["object", "array", "string", "number", "boolean", "null"] });
const fault = z.object({ code: z.string(), message: z.string().nullable() }).nullable();
const name = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/).openapi({ example: "publish_policy" });

export const Saga = z.object({
  id,
  organization_id: id.nullable(),
  name: z.string().openapi({ example: "publish_policy" }),
  version: z.int().nullable().openapi({ description: "Of its definition; null until it has begun." }),
  status,
  input: z.looseObject({}),
  subject_type: z.string().nullable().openapi({ example: "policy" }),
  subject_id: id.nullable(),
  current_step: z.string().nullable(),
  step_count: z.int().nullable(),
  error: fault.openapi({ description: "Why it is undone or parked." }),
  cancelled_at: instant.nullable(),
  created_by: id.nullable(),
  correlation_id: id.openapi({ description: "All events that come of it have it too." }),
  run_at: instant.nullable().openapi({ description: "When it goes on." }),
  created_at: instant,
  updated_at: instant,
  finished_at: instant.nullable(),
}).openapi("Saga");

export const SagaStep = z.object({
  position: z.int(),
  name: z.string(),
  status: z.enum(["pending", "running", "done", "failed", "compensating", "compensated", "parked", "skipped"]),
  input: anything.nullable().openapi({ description: "The saga's input and the outputs of the steps before." }),
  output: anything.nullable(),
  progress: anything.nullable().openapi({ description: "How far a step got that is done slice by slice." }),
  slice: z.int(),
  attempts: z.int(),
  max_attempts: z.int(),
  compensation_attempts: z.int(),
  max_compensation_attempts: z.int(),
  error: fault,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
}).openapi("SagaStep");

export const SagaWithSteps = Saga.extend({
  steps: z.array(SagaStep).openapi({ description: "None before it has begun." }),
}).openapi("SagaWithSteps");

export const SagaPage = z.object({
  items: z.array(Saga),
  next_cursor: z.string().nullable(),
}).openapi("SagaPage");

export const SagasQuery = z.object({
  organization_id: id,
  status: status.optional(),
  name: name.optional(),
  limit: limit(200, 50),
  cursor,
});

const reason = z.string().trim().min(1).max(1000).openapi({ description: "Kept in the audit." });

export const CancelSaga = z.strictObject({ reason }).openapi("CancelSaga");

export const ResumeSaga = z.strictObject({
  decision: z.enum(["retry", "skip"]).openapi({ description: "`skip`: a person has seen to what the step does." }),
  reason,
}).openapi("ResumeSaga");
