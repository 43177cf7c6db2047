import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { type AppEnv, platformClient } from "../../../../shared/http/auth.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { operatorAllowance, OutboundError, resolveTarget, systemResolver } from "../../../../shared/outbound/mod.ts";
import * as contract from "./contract.ts";
import { deliverWebhooks } from "./deliver.ts";
import { listDeliveries } from "./delivery-list.ts";
import { CreatedWebhook, Redriven, Webhook, WebhookDeadLetters, WebhookList } from "./schemas.ts";
import { send, type Target } from "./sender.ts";

/** Webhooks: where events are delivered, how it went, and the worker that delivers them. */
export function registerWebhooks(app: App): void {
  app.openapi(contract.deliver, async (c) => c.json(await deliverWebhooks({ client: c.var.caller.client }), 200));
  registerSetting(app);
  registerWatching(app);
}

function registerSetting(app: App): void {
  app.openapi(contract.create, async (c) => {
    const { organization_id, ...webhook } = c.req.valid("json");
    await checkAddress(webhook.url);
    const created = CreatedWebhook.parse(
      await answerOf(c.var.caller.client.rpc("create_webhook", {
        organization_id,
        webhook,
        idempotency_key: c.req.valid("header")["idempotency-key"],
      })),
    );
    c.header("location", `${c.var.settings.url}/functions/v1/platform/webhooks/${created.id}`);
    return c.json(created, 201);
  });

  app.openapi(contract.list, async (c) => {
    const items = await answerOf(c.var.caller.client.rpc("list_webhooks", c.req.valid("query")));
    return c.json(WebhookList.parse({ items }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const found = await answerOf(c.var.caller.client.rpc("get_webhook", targetOf(c)));
    return c.json(Webhook.parse(found), 200);
  });

  app.openapi(contract.update, async (c) => {
    const changes = c.req.valid("json");
    if (changes.url !== undefined) await checkAddress(changes.url);
    const changed = await answerOf(c.var.caller.client.rpc("update_webhook", { ...targetOf(c), changes }));
    return c.json(Webhook.parse(changed), 200);
  });

  app.openapi(contract.remove, async (c) => {
    await answerOf(c.var.caller.client.rpc("delete_webhook", targetOf(c)));
    return c.body(null, 204);
  });

  app.openapi(contract.rotate, async (c) => {
    const rotated = await answerOf(c.var.caller.client.rpc("rotate_webhook_secret", {
      ...targetOf(c),
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(CreatedWebhook.parse(rotated), 200);
  });
}

function registerWatching(app: App): void {
  app.openapi(contract.test, async (c) => {
    const target = targetOf(c);
    const ping = await answerOf(c.var.caller.client.rpc("ping_webhook", target)) as { id: string; body: string };
    const platform = platformClient(c);
    const to = await answerOf(platform.rpc("webhook_test_target", target)) as unknown as Target;
    const { event_id, status, latency_ms, error } = await send(to, { ...ping, type: "webhook.ping", attempt: 1 });
    // The generated types know no null.
    const logged = { ...target, event_id, status: status!, latency_ms, error: error! };
    await answerOf(platform.rpc("log_webhook_test", logged));
    return c.json({ event_id, delivered: error === null, status, latency_ms, error }, 200);
  });

  app.openapi(
    contract.deliveries,
    async (c) => c.json(await listDeliveries(c.var.caller.client, targetOf(c).webhook_id, c.req.valid("query")), 200),
  );

  app.openapi(contract.deadLetters, async (c) => {
    const { webhook_id } = targetOf(c);
    await answerOf(c.var.caller.client.rpc("get_webhook", { webhook_id }));
    const { limit, before_id } = c.req.valid("query");
    const items = await answerOf(c.var.caller.client.rpc("list_dead_letters", {
      subscription_id: webhook_id,
      before_id,
      page_size: limit,
    }));
    const next_before_id = items.length === limit ? items.at(-1)!.id : null;
    return c.json(WebhookDeadLetters.parse({ items, next_before_id }), 200);
  });

  app.openapi(contract.redrive, async (c) => {
    const { webhook_id } = targetOf(c);
    const { client } = c.var.caller;
    await answerOf(client.rpc("get_webhook", { webhook_id }));
    const redriven = await answerOf(client.rpc("redrive_dead_letters", {
      subscription_id: webhook_id,
      event_ids: c.req.valid("json").event_ids,
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(Redriven.parse(redriven), 200);
  });
}

const targetOf = (c: Context<AppEnv>) => ({ webhook_id: c.req.param("id")! });

/** What the name leads to now; each delivery looks again, for names change. */
async function checkAddress(url: string): Promise<void> {
  try {
    await resolveTarget(url, operatorAllowance(), systemResolver, AbortSignal.timeout(3_000));
  } catch (failure) {
    if (!(failure instanceof OutboundError)) throw failure;
    throw new Problem("url_refused", { detail: failure.message, members: { field: "url", reason: failure.code } });
  }
}
