import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../shared/db/answer.ts";
import type { Database } from "../../../shared/db/types.ts";
import { Problem } from "../../../shared/http/problem.ts";

/** Tells a schedule that has nothing of a kind from one that is not there for the caller. */
export async function requireVisible(client: SupabaseClient<Database>, schedule_id: string): Promise<void> {
  const found = await answerOf(client.from("schedules").select("id").eq("id", schedule_id).maybeSingle());
  if (!found) throw new Problem("not_found", { detail: "There is no such schedule." });
}
