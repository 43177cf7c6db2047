import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../shared/db/types.ts";
import { deliverWebhooks } from "../../supabase/functions/platform/webhooks/deliver.ts";

/** A worker in a process of its own, to be killed. */
const [url, key] = Deno.args as [string, string];
const client = createClient<Database>(url, key, { auth: { persistSession: false, autoRefreshToken: false } });
await deliverWebhooks({ client, batch: 7, outbound: { allowPrivate: ["127.0.0.1"] } });
