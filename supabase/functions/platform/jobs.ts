import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../../shared/db/types.ts";
import { drain, type Handlers, type Report } from "../../../shared/jobs/worker.ts";
import { sagaHandlers } from "../../../shared/sagas/advance.ts";
import { tellPlugins } from "./gateway/plugin-events.ts";
import { publishPolicy } from "./sagas/publish-policy.ts";
import { healthHandlers } from "./services/health.ts";

/** What the platform does in the background; each topic brings its own kinds of jobs. */
const handlers: Handlers = { ...healthHandlers, ...sagaHandlers([publishPolicy]), plugin_events: tellPlugins };

/** Works the queue of this domain. */
export const drainJobs = (client: SupabaseClient<Database>): Promise<Report> =>
  drain({ client, queue: "platform", handlers });
