import type { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../shared/db/answer.ts";
import type { Database } from "../../../shared/db/types.ts";
import { localTimes } from "./local-time.ts";
import { Slots, type SlotsQuery } from "./schemas.ts";

/** The free slots of a service; one more than `limit` is asked for, and where it starts is where to go on. */
export async function listSlots(
  client: SupabaseClient<Database>,
  { service_id, from, to, resource_id, party_size, time_zone, limit }: z.infer<typeof SlotsQuery>,
): Promise<z.infer<typeof Slots>> {
  const rows = await answerOf(
    client.rpc("available_slots", { service_id, from_time: from, to_time: to, resource_id, party_size }, { get: true })
      .order("starts_at").limit(limit + 1),
  );
  const localTime = time_zone ? localTimes(time_zone) : undefined;
  return Slots.parse({
    slots: rows.slice(0, limit).map((slot) => ({ ...slot, local_start: localTime?.(slot.starts_at) })),
    next_from: rows[limit]?.starts_at ?? null,
  });
}
