import type { App } from "../../../shared/http/app.ts";
import { registerDocument, registerHealth, registerJobs } from "../../../shared/http/function-routes.ts";
import * as contract from "./contract.ts";
import { drainJobs } from "./jobs.ts";

/** Every route of the function, a folder a topic: parse, one call, respond. What is allowed is the database's business. */
export function registerRoutes(app: App): void {
  registerJobs(app, drainJobs);
  registerHealth(app);
  registerDocument(app, contract.info);
}
