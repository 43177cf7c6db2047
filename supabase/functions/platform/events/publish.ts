import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Json } from "../../../../shared/db/types.ts";
import type { AppEnv } from "../../../../shared/http/auth.ts";
import { Published } from "./schemas.ts";

interface Batch {
  organization_id: string;
  events: object[];
  key: string | undefined;
}

/** Publishes as the caller; the ids and versions of what was appended. */
export async function publishEvents(
  c: Context<AppEnv>,
  { organization_id, events, key }: Batch,
): Promise<z.infer<typeof Published>> {
  const answer = await answerOf(
    c.var.caller.client.rpc("publish_events", { organization_id, events: events as Json, idempotency_key: key }),
  );
  return Published.parse({ events: answer });
}
