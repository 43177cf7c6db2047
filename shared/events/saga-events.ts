import { z } from "zod";
import { id, of } from "./definition.ts";

const saga = z.object({
  name: z.string(),
  subject_type: z.string().nullable(),
  subject_id: id.nullable(),
  step: z.string().nullable(),
});
const sagas = of("saga");

/** How sagas go; part of the catalog. */
export const sagaEvents = {
  "saga.started": sagas("A saga begins.", saga),
  "saga.step_done": sagas("A step of it is done.", saga),
  "saga.compensating": sagas("A step failed, or it was cancelled: what was done is being undone.", saga),
  "saga.cancelled": sagas("Somebody wants it undone.", saga),
  "saga.parked": sagas("It waits for a person: a compensation failed, or no worker knows its definition.", saga),
  "saga.resumed": sagas("A person took it up again.", saga),
  "saga.done": sagas("All of it is done.", saga),
  "saga.undone": sagas("All of it is undone.", saga),
};
