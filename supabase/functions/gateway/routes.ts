import type { App } from "../../../shared/http/app.ts";
import { registerDocument, registerHealth } from "../../../shared/http/function-routes.ts";
import { info } from "./contract.ts";
import { proxy } from "./proxy.ts";

/** Every route of the function. */
export function registerRoutes(app: App): void {
  registerHealth(app);
  registerDocument(app, info);
  app.all("/v1/:service", proxy);
  app.all("/v1/:service/*", proxy);
  app.all("/v1/*", proxy); // what no service can be called
}
