import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import * as contract from "./contract.ts";
import { registerPulling } from "./pulling.ts";
import { DeadLetters, Redriven, StartedReplay, Stats, Subscription, Subscriptions } from "./schemas.ts";

/** Who is given which events, and how that goes. */
export function registerSubscriptions(app: App): void {
  registerStanding(app);
  registerPulling(app);

  app.openapi(contract.list, async (c) => {
    const organization_id = c.req.valid("query").organization_id ?? operators;
    const items = await answerOf(c.var.caller.client.rpc("list_subscriptions", { organization_id }));
    return c.json(Subscriptions.parse({ items }), 200);
  });

  app.openapi(contract.create, async (c) => {
    const { organization_id = operators, ...subscription } = c.req.valid("json");
    const created = Subscription.parse(
      await answerOf(c.var.caller.client.rpc("create_subscription", {
        organization_id,
        subscription,
        idempotency_key: c.req.valid("header")["idempotency-key"],
      })),
    );
    c.header("location", `${c.var.settings.url}/functions/v1/platform/subscriptions/${created.id}`);
    return c.json(created, 201);
  });

  app.openapi(contract.read, async (c) => {
    const subscription_id = c.req.valid("param").id;
    const found = await answerOf(c.var.caller.client.rpc("get_subscription", { subscription_id }));
    return c.json(Subscription.parse(found), 200);
  });

  app.openapi(contract.change, async (c) => {
    const target = { subscription_id: c.req.valid("param").id, changes: c.req.valid("json") };
    return c.json(Subscription.parse(await answerOf(c.var.caller.client.rpc("update_subscription", target))), 200);
  });

  app.openapi(contract.remove, async (c) => {
    await answerOf(c.var.caller.client.rpc("delete_subscription", { subscription_id: c.req.valid("param").id }));
    return c.body(null, 204);
  });

  app.openapi(contract.pause, async (c) => {
    const subscription_id = c.req.valid("param").id;
    const paused = await answerOf(c.var.caller.client.rpc("pause_subscription", { subscription_id }));
    return c.json(Subscription.parse(paused), 200);
  });

  app.openapi(contract.resume, async (c) => {
    const subscription_id = c.req.valid("param").id;
    const resumed = await answerOf(c.var.caller.client.rpc("resume_subscription", { subscription_id }));
    return c.json(Subscription.parse(resumed), 200);
  });
}

/** The command's word for a subscription of no organization; the generated types know no null. */
const operators = null as unknown as string;

function registerStanding(app: App): void {
  app.openapi(contract.stats, async (c) => {
    const subscription_id = c.req.valid("param").id;
    return c.json(Stats.parse(await answerOf(c.var.caller.client.rpc("subscription_stats", { subscription_id }))), 200);
  });

  app.openapi(contract.replay, async (c) => {
    const started = await answerOf(c.var.caller.client.rpc("replay_events", {
      subscription_id: c.req.valid("param").id,
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(StartedReplay.parse(started), 201);
  });

  app.openapi(contract.deadLetters, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    if (cursor !== undefined && !/^[1-9]\d{0,17}$/.test(cursor)) throw new Problem("invalid_cursor");
    const rows = await answerOf(c.var.caller.client.rpc("list_dead_letters", {
      subscription_id: c.req.valid("param").id,
      page_size: limit + 1,
      before_id: cursor === undefined ? undefined : Number(cursor),
    }));
    const items = rows.slice(0, limit);
    const next_cursor = rows.length > limit ? String(items.at(-1)!.id) : null;
    return c.json(DeadLetters.parse({ items, next_cursor }), 200);
  });

  app.openapi(contract.redrive, async (c) => {
    const redriven = await answerOf(c.var.caller.client.rpc("redrive_dead_letters", {
      subscription_id: c.req.valid("param").id,
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(Redriven.parse(redriven), 200);
  });
}
