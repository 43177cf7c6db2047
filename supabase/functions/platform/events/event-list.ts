import { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database } from "../../../../shared/db/types.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { EventPage, type ListQuery } from "./schemas.ts";

type Query = z.infer<typeof ListQuery>;
type Page = z.infer<typeof EventPage>;

/** A page of the log, or of what is new in it, as the client's user may see it. */
export async function listEvents(
  client: SupabaseClient<Database>,
  { after, cursor, order, limit, from: since, to: until, ...filters }: Query,
): Promise<Page> {
  if (after !== undefined) return await follow(client, filters, after, limit);
  const position = cursor === undefined ? undefined : positionOf(cursor, order);
  const { events, next } = await answerOf(client.rpc("list_events", {
    ...filters,
    since,
    until,
    page_limit: limit,
    ...order === "oldest" ? { after_position: position ?? 0 } : { before_position: position },
  })) as { events: unknown; next: number | null };
  return EventPage.parse({ items: events, next_cursor: next === null ? null : cursorOf(order, next) });
}

async function follow(
  client: SupabaseClient<Database>,
  { organization_id, types }: Pick<Query, "organization_id" | "types">,
  after: string,
  limit: number,
): Promise<Page> {
  const cursor = after === "now" ? undefined : after;
  const answer = await answerOf(client.rpc("read_events_after", { organization_id, types, cursor, page_limit: limit }));
  const { events, cursor: next, more } = answer as { events: unknown; cursor: string; more: boolean };
  return EventPage.parse({ items: events, next_cursor: null, after: next, more });
}

const Cursor = z.tuple([z.enum(["newest", "oldest"]), z.int().min(1)]);

const cursorOf = (order: Query["order"], position: number): string =>
  btoa(JSON.stringify([order, position])).replaceAll("=", "");

function positionOf(cursor: string, order: Query["order"]): number {
  try {
    const [of, position] = Cursor.parse(JSON.parse(atob(cursor)));
    if (of === order) return position;
  } catch {
    // told below, as a cursor of the other order is
  }
  throw new Problem("invalid_cursor");
}
