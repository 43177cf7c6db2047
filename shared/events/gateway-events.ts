import { z } from "zod";
import { id, of } from "./definition.ts";

const organizations = of("organization");
const routes = of("service_route");

/** What is set up at the gateway. */
export const gatewayEvents = {
  "organization.tier_changed": organizations(
    "The operator gave it other rate limits.",
    z.object({ tier: z.string().nullable() }),
  ),
  "organization.gateway_changed": organizations(
    "Its origins or plugins changed.",
    z.object({ what: z.enum(["origins", "plugins"]) }),
  ),
  "organization.plugin_disabled": organizations(
    "A plugin failed ten times in a row and was switched off.",
    z.object({ plugin: z.string() }),
  ),
  "service_route.changed": routes("The gateway calls a service in another way.", z.object({ service_id: id })),
  "service_route.removed": routes("An outside service is called no more.", z.object({ service_id: id })),
};
