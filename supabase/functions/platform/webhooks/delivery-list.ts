import type { SupabaseClient } from "@supabase/supabase-js";
import type { z } from "@hono/zod-openapi";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database } from "../../../../shared/db/types.ts";
import { decodeCursor, encodeCursor } from "../../../../shared/http/cursor.ts";
import { type DeliveriesQuery, DeliveryPage } from "./schemas.ts";

/** A page of a webhook's attempts, the latest first. */
export async function listDeliveries(
  client: SupabaseClient<Database>,
  webhook_id: string,
  { outcome, event_id, limit, cursor }: z.infer<typeof DeliveriesQuery>,
): Promise<z.infer<typeof DeliveryPage>> {
  // Who may read it is the table's policy; whether there is such a webhook is told apart here.
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  await answerOf(client.rpc("get_webhook", { webhook_id }));
  let query = client.from("webhook_deliveries")
    .select("id, at, event_id, event_type, attempt, outcome, status, latency_ms, error")
    .eq("subscription_id", webhook_id)
    .order("at", { ascending: false })
    .order("id", { ascending: false })
    .limit(limit + 1);
  if (outcome) query = query.eq("outcome", outcome);
  if (event_id) query = query.eq("event_id", event_id);
  if (after) {
    query = query.lte("at", after.after).or(`at.lt."${after.after}",and(at.eq."${after.after}",id.lt.${after.id})`);
  }
  const rows = await answerOf(query);
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return DeliveryPage.parse({ items, next_cursor: last ? encodeCursor({ after: last.at, id: last.id }) : null });
}
