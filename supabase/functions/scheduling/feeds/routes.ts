import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { App } from "../../../../shared/http/app.ts";
import type { AppEnv } from "../../../../shared/http/auth.ts";
import { calendarOf } from "./calendar.ts";
import * as contract from "./contract.ts";
import { CalendarFeed, Feed, FeedPage, FeedWithLink } from "./schemas.ts";

const columns = "id, organization_id, kind, subject_id, created_by, created_at, revoked_at";

/** Links to published games as iCalendar. */
export function registerFeeds(app: App): void {
  app.openapi(contract.create, async (c) => {
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const answer = await answerOf(
      c.var.caller.client.rpc("create_calendar_feed", { ...c.req.valid("json"), idempotency_key }),
    );
    return c.json(linked(c, answer), 201);
  });

  app.openapi(contract.rotate, async (c) => {
    const feed_id = c.req.valid("param").id;
    return c.json(linked(c, await answerOf(c.var.caller.client.rpc("rotate_calendar_feed", { feed_id }))), 200);
  });

  app.openapi(contract.revoke, async (c) => {
    const feed_id = c.req.valid("param").id;
    return c.json(linked(c, await answerOf(c.var.caller.client.rpc("revoke_calendar_feed", { feed_id }))), 200);
  });

  app.openapi(contract.list, async (c) => {
    const { limit, cursor, ...equal } = c.req.valid("query");
    const query = c.var.caller.client.from("calendar_feeds").select(columns)
      .match(Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)));
    const { rows, next_cursor } = await pageOf(query, "created_at", { limit, cursor });
    return c.json(FeedPage.parse({ items: Feed.array().parse(rows), next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const token = c.req.valid("param").file.slice(0, -".ics".length);
    const feed = CalendarFeed.parse(await answerOf(c.var.caller.client.rpc("read_calendar_feed", { token })));
    const text = calendarOf(feed);
    const etag = `"${await digestOf(text)}"`;
    const told = feed.entries.map(({ updated_at }) => Date.parse(updated_at));
    // A proxy may keep it for a few minutes; nobody else is meant to know the link.
    c.header("cache-control", "private, max-age=300");
    c.header("etag", etag);
    if (told.length) c.header("last-modified", new Date(told.reduce((a, b) => Math.max(a, b))).toUTCString());
    const known = c.req.valid("header")["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
    if (known.includes(etag) || known.includes("*")) return c.body(null, 304);
    return c.body(text, 200, { "content-type": "text/calendar; charset=utf-8" });
  });
}

function linked(c: Context<AppEnv>, answer: unknown) {
  const { token, ...feed } = answer as { token: string | null };
  const url = token && `${c.var.settings.url}/functions/v1/scheduling/feeds/${token}.ics`;
  return FeedWithLink.parse({ ...feed, url });
}

async function digestOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).subarray(0, 16).toHex();
}
