import type { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { Database } from "../../../../shared/db/types.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { Session, SessionPage, type SessionsQuery } from "./schemas.ts";

/** A session as it is answered, from its row. */
export function sessionOf(row: unknown): z.infer<typeof Session> {
  const { seats, seats_taken } = row as { seats: number; seats_taken: number };
  return Session.parse({ ...row as object, seats_left: seats - seats_taken });
}

/** One session, if the client's user may see it. */
export async function readSession(client: SupabaseClient<Database>, id: string): Promise<z.infer<typeof Session>> {
  const row = await answerOf(client.from("group_sessions").select("*").eq("id", id).maybeSingle());
  if (!row) throw new Problem("not_found");
  return sessionOf(row);
}

/** A page of the sessions that the client's user may see, by start. */
export async function listSessions(
  client: SupabaseClient<Database>,
  { limit, cursor, from, to, ...equal }: z.infer<typeof SessionsQuery>,
): Promise<z.infer<typeof SessionPage>> {
  const query = client.from("group_sessions").select("*").gte("starts_at", from).lt("starts_at", to)
    .match(Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)));
  const { rows, next_cursor } = await pageOf(query, "starts_at", { limit, cursor });
  return { items: rows.map(sessionOf), next_cursor };
}
