import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database } from "../../../../shared/db/types.ts";
import { decodeCursor, encodeCursor } from "../../../../shared/http/cursor.ts";

export const columns =
  "id, organization_id, schedule_id, round, plays_on, starts_at, ends_at, venue_id, home_team_id, away_team_id, neutral, " +
  "tv_window_id, status, published, attendance, home_score, away_score, note, version, created_at, updated_at";

interface Filters {
  organization_id?: string | undefined;
  schedule_id?: string | undefined;
  team_id?: string | undefined;
  venue_id?: string | undefined;
  round?: number | undefined;
  status?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Games by their days; one row more is read to know whether it is the last page. */
export async function listGames(client: SupabaseClient<Database>, filters: Filters) {
  const { team_id, from, to, limit, cursor, ...equal } = filters;
  const given = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
  let query = client.from("games").select(columns).match(given).order("plays_on").order("id").limit(limit + 1);
  if (team_id) query = query.or(`home_team_id.eq.${team_id},away_team_id.eq.${team_id}`);
  if (from) query = query.gte("plays_on", from);
  if (to) query = query.lte("plays_on", to);
  if (cursor) {
    const { after, id } = decodeCursor(cursor);
    const day = after.slice(0, 10);
    query = query.gte("plays_on", day).or(`plays_on.gt.${day},id.gt.${id}`);
  }
  const rows = await answerOf(query) as unknown as { id: string; plays_on: string }[];
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit),
    next_cursor: last ? encodeCursor({ after: `${last.plays_on}T00:00:00Z`, id: last.id }) : null,
  };
}
