import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { decodeCursor, encodeCursor, type Keyset } from "../../../../shared/http/cursor.ts";
import * as contract from "./contract.ts";
import { Day, History, Week } from "./schemas.ts";

/** What a desk looks at: days, weeks, histories. */
export function registerLists(app: App): void {
  app.openapi(contract.day, async (c) => {
    const { day, limit, cursor } = c.req.valid("query");
    const location_id = c.req.valid("param").id;
    const rows = await answerOf(
      c.var.caller.client.rpc("location_day", { location_id, day, ...afterOf(cursor), page_size: limit + 1 }, {
        get: true,
      }),
    );
    const items = rows.map((row) => ({ ...row, location_id }));
    return c.json(Day.parse(pageOf(items, limit, ({ starts_at, id }) => ({ after: starts_at, id }))), 200);
  });

  app.openapi(contract.week, async (c) => {
    const { first_day, limit, cursor } = c.req.valid("query");
    const rows = await answerOf(
      c.var.caller.client.rpc("resource_week", {
        resource_id: c.req.valid("param").id,
        first_day,
        ...afterOf(cursor),
        page_size: limit + 1,
      }, { get: true }),
    );
    const { items, next_cursor } = pageOf(rows, limit, ({ busy_from, id }) => ({ after: busy_from, id }));
    const lines = items.map(({ kind, busy_from, busy_until, ...appointment }) => ({
      kind,
      busy_from,
      busy_until,
      id: appointment.id,
      appointment: appointment.starts_at === null ? null : appointment,
    }));
    return c.json(Week.parse({ items: lines, next_cursor }), 200);
  });

  app.openapi(contract.history, async (c) => {
    const { organization_id, limit, cursor } = c.req.valid("query");
    const customer_id = c.req.valid("param").id;
    const { after: before, after_id: before_id } = afterOf(cursor);
    const rows = await answerOf(
      c.var.caller.client.rpc("customer_history", {
        customer_id,
        at_organization_id: organization_id,
        before,
        before_id,
        page_size: limit + 1,
      }, { get: true }),
    );
    const items = rows.map((row) => ({ ...row, customer_id }));
    return c.json(History.parse(pageOf(items, limit, ({ starts_at, id }) => ({ after: starts_at, id }))), 200);
  });
}

function afterOf(cursor: string | undefined): { after?: string; after_id?: string } {
  if (cursor === undefined) return {};
  const { after, id } = decodeCursor(cursor);
  return { after, after_id: id };
}

/** One row more than `limit` was read: it tells that there are more. */
function pageOf<Row>(rows: Row[], limit: number, keyOf: (row: Row) => Keyset) {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), next_cursor: last ? encodeCursor(keyOf(last)) : null };
}
