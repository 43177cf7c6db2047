import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../shared/db/answer.ts";
import type { Database } from "../../../shared/db/types.ts";
import { drain, type Handlers, type Report } from "../../../shared/jobs/worker.ts";
import { runBackend } from "../../../shared/scheduling/runs.ts";
import { workSlice } from "../../../shared/scheduling/slice.ts";
import { measureSchedule } from "./analysis/measure.ts";
import { trainSlice } from "./predictions/training.ts";

/** What scheduling does in the background. */
const handlers: Handlers = {
  /** A slice of whichever run's turn it is. */
  optimize: async (_job, { client, signal }) => {
    await workSlice(runBackend(client), { signal });
  },
  /** What a change to a schedule, its games or constraints has broken or mended. */
  measure: async ({ payload }, { client }) => {
    const league = await answerOf(client.rpc("begin_measure", { event: payload }));
    if (league) await measureSchedule(client, league);
  },
  /** A slice of a sport's training. */
  train_attendance: async ({ payload }, { client }) => {
    await trainSlice(client, (payload as { sport_id: string }).sport_id);
  },
};

/**
 * Works the queue of this domain. One job at a time and no more after half a second: a hosted request has 2 s of CPU, and
 * a slice takes most of them.
 */
export const drainJobs = (client: SupabaseClient<Database>): Promise<Report> =>
  drain({ client, queue: "scheduling", handlers, batch: 1, milliseconds: 400 });
