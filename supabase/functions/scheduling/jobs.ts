import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../../shared/db/types.ts";
import { drain, type Handlers, type Report } from "../../../shared/jobs/worker.ts";

/** What scheduling does in the background. */
const handlers: Handlers = {};

/** Works the queue of this domain. */
export const drainJobs = (client: SupabaseClient<Database>): Promise<Report> =>
  drain({ client, queue: "scheduling", handlers });
