import { z } from "zod";
import { of } from "./definition.ts";

const webhooks = of("subscription");

/** What happens to webhooks, which are subscriptions; part of the catalog. */
export const webhookEvents = {
  "webhook.created": webhooks("Events are delivered to an address from now on.", z.object({})),
  "webhook.updated": webhooks("Its address or its timeout changed.", z.object({ url_changed: z.boolean() })),
  "webhook.secret_rotated": webhooks(
    "There is a new secret; for some hours the old one signs too.",
    z.object({ overlap_hours: z.int() }),
  ),
  "webhook.disabled": webhooks(
    "Nothing is delivered any more: it answered 410, or failed for three days.",
    z.object({ reason: z.enum(["gone", "failing"]) }),
  ),
} as const;
