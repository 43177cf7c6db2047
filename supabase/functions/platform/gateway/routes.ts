import { answerOf } from "../../../../shared/db/answer.ts";
import type { Json } from "../../../../shared/db/types.ts";
import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { plugins } from "../../../../shared/plugins/registry.ts";
import * as contract from "./contract.ts";
import * as schemas from "./schemas.ts";

/** How the gateway is set up for an organization. */
export function registerGatewaySettings(app: App): void {
  registerOrigins(app);
  registerAdapters(app);
  registerPlugins(app);
}

function registerOrigins(app: App): void {
  app.openapi(contract.readSettings, async (c) => {
    const { organization_id } = c.req.valid("param");
    const query = c.var.caller.client.from("gateway_settings").select("*").eq("organization_id", organization_id);
    const found = await answerOf(query.maybeSingle());
    const none = { organization_id, allowed_origins: [], updated_at: null };
    return c.json(schemas.Settings.parse(found ?? none), 200);
  });

  app.openapi(contract.setSettings, async (c) => {
    const wanted = { ...c.req.valid("param"), ...c.req.valid("json") };
    return c.json(schemas.Settings.parse(await answerOf(c.var.caller.client.rpc("set_gateway_settings", wanted))), 200);
  });
}

function registerAdapters(app: App): void {
  app.openapi(contract.listAdapters, async (c) => {
    const items = await answerOf(c.var.caller.client.rpc("list_adapters", c.req.valid("param")));
    return c.json(schemas.Adapters.parse({ items }), 200);
  });

  app.openapi(contract.saveAdapter, async (c) => {
    const saved = await answerOf(c.var.caller.client.rpc("save_adapter", {
      ...c.req.valid("param"),
      adapter: c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(schemas.Adapter.parse(saved), 200);
  });

  app.openapi(contract.removeAdapter, async (c) => {
    await answerOf(c.var.caller.client.rpc("remove_adapter", c.req.valid("param")));
    return c.body(null, 204);
  });

  app.openapi(contract.setRoute, async (c) => {
    const wanted = { ...c.req.valid("param"), route: c.req.valid("json") };
    return c.json(schemas.Route.parse(await answerOf(c.var.caller.client.rpc("set_service_route", wanted))), 200);
  });
}

function registerPlugins(app: App): void {
  app.openapi(contract.listPlugins, async (c) => {
    const { organization_id } = c.req.valid("param");
    const items = await answerOf(
      c.var.caller.client.from("organization_plugins").select("*").eq("organization_id", organization_id)
        .order("position").order("plugin"),
    );
    return c.json(schemas.PluginUses.parse({ items }), 200);
  });

  app.openapi(contract.setPlugin, async (c) => {
    const { enabled, position, config } = c.req.valid("json");
    const { organization_id, plugin } = c.req.valid("param");
    checkConfig(plugin, config);
    const wanted = { organization_id, plugin, enabled, place: position, config: config as Json };
    const set = await answerOf(c.var.caller.client.rpc("set_organization_plugin", wanted));
    return c.json(schemas.PluginUse.parse(set), 200);
  });
}

/** Told at once; whoever sets a config past this function has a plugin that fails and is switched off. */
function checkConfig(name: string, config: unknown): void {
  const plugin = plugins.get(name);
  if (!plugin) throw new Problem("not_found", { detail: "There is no such plugin." });
  const parsed = plugin.config.safeParse(config);
  if (parsed.success) return;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    path: ["body.config", ...path].join("."),
    message,
  }));
  throw new Problem("invalid_input", { detail: `${errors[0]!.path}: ${errors[0]!.message}`, members: { errors } });
}
