import type { App } from "../../../shared/http/app.ts";
import { registerDocument, registerHealth } from "../../../shared/http/function-routes.ts";
import { info } from "./contract.ts";

/** Every route of the function. */
export function registerRoutes(app: App): void {
  registerHealth(app);
  registerDocument(app, info);
}
