import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../../shared/db/types.ts";
import { drain, type Handlers, type Report } from "../../../shared/jobs/worker.ts";

/** What documents do in the background. Publishing goes across domains: the platform's queue works it. */
const handlers: Handlers = {};

/** Works the queue of this domain. */
export const drainJobs = (client: SupabaseClient<Database>): Promise<Report> =>
  drain({ client, queue: "documents", handlers });
