import type { App } from "../../../shared/http/app.ts";
import { registerDocument, registerJobs } from "../../../shared/http/function-routes.ts";
import { info } from "./contract.ts";
import { registerEvents } from "./events/routes.ts";
import { registerEventTypes } from "./event-types/routes.ts";
import { registerGatewaySettings } from "./gateway/routes.ts";
import { registerHealthChecks } from "./health/routes.ts";
import { drainJobs } from "./jobs.ts";
import { registerKeys } from "./keys/routes.ts";
import { registerMetrics } from "./metrics/routes.ts";
import { registerSubscriptions } from "./subscriptions/routes.ts";
import { registerSagas } from "./sagas/routes.ts";
import { registerServices } from "./services/routes.ts";
import { registerTokens } from "./services/token.ts";
import { registerWebhooks } from "./webhooks/routes.ts";

/** Every route of the function; each topic has a folder of its own. */
export function registerRoutes(app: App): void {
  registerEvents(app);
  registerEventTypes(app);
  registerSubscriptions(app);
  registerKeys(app);
  registerTokens(app);
  registerServices(app);
  registerSagas(app);
  registerJobs(app, drainJobs);
  registerGatewaySettings(app);
  registerHealthChecks(app);
  registerMetrics(app);
  registerWebhooks(app);
  registerDocument(app, info);
}
