import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../shared/db/answer.ts";
import type { Database } from "../../../shared/db/types.ts";
import { drain, type Handlers, type Report } from "../../../shared/jobs/worker.ts";

const handlers: Handlers = {
  /** Recounts the days that an appointment event touches. */
  refresh_day: async ({ payload }, { client }) => {
    await answerOf(client.rpc("refresh_appointment_day", { event: payload }));
  },
};

/** Works the queue of this domain. */
export const drainJobs = (client: SupabaseClient<Database>): Promise<Report> =>
  drain({ client, queue: "appointments", handlers });
