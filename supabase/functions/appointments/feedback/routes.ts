import type { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database } from "../../../../shared/db/types.ts";
import type { App } from "../../../../shared/http/app.ts";
import { decodeCursor, encodeCursor } from "../../../../shared/http/cursor.ts";
import * as contract from "./contract.ts";
import { Feedback, FeedbackPage, type FeedbackQuery, Ratings, Summaries } from "./schemas.ts";

/** What customers say of their appointments. */
export function registerFeedback(app: App): void {
  app.openapi(contract.leave, async (c) => {
    const headers = c.req.valid("header");
    const given = await answerOf(c.var.caller.client.rpc("leave_feedback", {
      ...c.req.valid("json"),
      appointment_id: c.req.valid("param").id,
      manage_token: headers["x-manage-token"],
      idempotency_key: headers["idempotency-key"],
    }));
    return c.json(Feedback.parse(given), 201);
  });

  app.openapi(contract.read, async (c) => {
    const found = await answerOf(c.var.caller.client.rpc("get_feedback", {
      appointment_id: c.req.valid("param").id,
      manage_token: c.req.valid("header")["x-manage-token"],
    }));
    return c.json(Feedback.parse(found), 200);
  });

  app.openapi(contract.list, async (c) => c.json(await listFeedback(c.var.caller.client, c.req.valid("query")), 200));

  app.openapi(contract.reply, async (c) => {
    const answered = await answerOf(c.var.caller.client.rpc("reply_to_feedback", {
      feedback_id: c.req.valid("param").id,
      reply: c.req.valid("json").reply ?? "",
    }));
    return c.json(Feedback.parse(answered), 200);
  });

  app.openapi(contract.hide, async (c) => {
    const changed = await answerOf(c.var.caller.client.rpc("hide_feedback", {
      feedback_id: c.req.valid("param").id,
      ...c.req.valid("json"),
    }));
    return c.json(Feedback.parse(changed), 200);
  });

  app.openapi(contract.ratings, async (c) => {
    const ratings = await answerOf(c.var.caller.client.rpc("service_ratings", c.req.valid("query"), { get: true }));
    return c.json(Ratings.parse({ ratings }), 200);
  });

  app.openapi(contract.summaries, async (c) => {
    const { organization_id, subject_type } = c.req.valid("query");
    let query = c.var.caller.client.from("feedback_summaries").select("subject_type, subject_id, ratings, mean, stars")
      .eq("organization_id", organization_id).order("subject_type").order("subject_id").limit(1000);
    if (subject_type) query = query.eq("subject_type", subject_type);
    return c.json(Summaries.parse({ items: await answerOf(query) }), 200);
  });
}

async function listFeedback(
  client: SupabaseClient<Database>,
  { limit, cursor, ...equal }: z.infer<typeof FeedbackQuery>,
): Promise<z.infer<typeof FeedbackPage>> {
  let query = client.from("feedback").select("*").order("created_at", { ascending: false })
    .order("id", { ascending: false }).limit(limit + 1);
  query = query.match(Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)));
  if (cursor) {
    const { after, id } = decodeCursor(cursor);
    query = query.lte("created_at", after).or(`created_at.lt."${after}",id.lt.${id}`);
  }
  const rows = await answerOf(query);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return FeedbackPage.parse({
    items: rows.slice(0, limit).map(({ hidden_at, ...row }) => ({ ...row, hidden: hidden_at !== null })),
    next_cursor: last ? encodeCursor({ after: last.created_at, id: last.id }) : null,
  });
}
