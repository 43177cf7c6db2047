import type { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { pageOf } from "../../../shared/db/page.ts";
import type { Database } from "../../../shared/db/types.ts";
import { AppointmentPage, type ListQuery } from "./schemas.ts";

const columns =
  "id, organization_id, service_id, location_id, session_id, series_id, party_size, intake, expires_at, fee_due, status, starts_at, ends_at, resource_ids, customer_id, guest_name, guest_email, guest_phone, notes, cancellation_reason, reschedules, version, created_at, updated_at";

/** A page of the appointments that the client's user may see, by start. */
export async function listAppointments(
  client: SupabaseClient<Database>,
  { limit, cursor, from, to, resource_id, ...equal }: z.infer<typeof ListQuery>,
): Promise<z.infer<typeof AppointmentPage>> {
  let query = client.from("appointments").select(columns)
    .match(Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)));
  if (from) query = query.gte("starts_at", from);
  if (to) query = query.lt("starts_at", to);
  if (resource_id) query = query.contains("resource_ids", [resource_id]);
  const { rows, next_cursor } = await pageOf(query, "starts_at", { limit, cursor });
  return AppointmentPage.parse({
    items: rows.map(({ guest_name, guest_email, guest_phone, ...row }) => ({
      ...row,
      guest: guest_name === null ? null : { name: guest_name, email: guest_email, phone: guest_phone },
    })),
    next_cursor,
  });
}
