import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import { answerOf, type Settled } from "./answer.ts";

/** What a page needs of a query of supabase-js. */
interface Query<Row> extends PromiseLike<Settled<Row[]>> {
  order(column: string): this;
  gte(column: string, value: string): this;
  or(filters: string): this;
  limit(count: number): this;
}

/**
 * A page of a query's rows by a column of times and their ids; one row more is read to know whether it is the last.
 *
 * ```ts
 * const { rows, next_cursor } = await pageOf(client.from("api_keys").select("*"), "created_at", { limit, cursor });
 * ```
 */
export async function pageOf<Column extends string, Row extends { id: string } & Record<Column, string>>(
  query: Query<Row>,
  column: Column,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ rows: Row[]; next_cursor: string | null }> {
  let page = query.order(column).order("id").limit(limit + 1);
  if (cursor) {
    const { after, id } = decodeCursor(cursor);
    // The plain bound beside the tie-breaker is what an index and the partitions can use.
    page = page.gte(column, after).or(`${column}.gt."${after}",id.gt.${id}`);
  }
  const rows = await answerOf(page);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit),
    next_cursor: last ? encodeCursor({ after: last[column], id: last.id }) : null,
  };
}
