import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { listEvents } from "./event-list.ts";
import { publishEvents } from "./publish.ts";
import { Stream, Topics } from "./schemas.ts";

/** Publishing events, and reading the log. */
export function registerEvents(app: App): void {
  app.openapi(contract.publish, async (c) => {
    const { organization_id, events, ...event } = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    return c.json(await publishEvents(c, { organization_id, events: events ?? [event], key }), 201);
  });

  app.openapi(contract.topics, async (c) => {
    const topics = await answerOf(c.var.caller.client.rpc("event_topics", c.req.valid("query")));
    return c.json(Topics.parse({ topics }), 200);
  });

  app.openapi(
    contract.list,
    async (c) => c.json(await listEvents(c.var.caller.client, c.req.valid("query")), 200),
  );

  app.openapi(contract.stream, async (c) => {
    const { after_version, limit } = c.req.valid("query");
    const { events, next, ...stream } = await answerOf(
      c.var.caller.client.rpc("get_stream", { ...c.req.valid("param"), after_version, page_limit: limit }),
    ) as Record<string, unknown>;
    return c.json(Stream.parse({ ...stream, items: events, next_version: next }), 200);
  });
}
