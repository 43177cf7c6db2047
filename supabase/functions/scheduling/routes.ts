import type { App } from "../../../shared/http/app.ts";
import { registerDocument, registerHealth, registerJobs } from "../../../shared/http/function-routes.ts";
import { registerAnalysis } from "./analysis/routes.ts";
import * as contract from "./contract.ts";
import { registerConstraints } from "./constraints/routes.ts";
import { registerConstraintTypes } from "./constraint-types/routes.ts";
import { registerGames } from "./games/routes.ts";
import { registerFeeds } from "./feeds/routes.ts";
import { registerExports } from "./exports/routes.ts";
import { registerImports } from "./imports/routes.ts";
import { drainJobs } from "./jobs.ts";
import { registerPredictions } from "./predictions/routes.ts";
import { registerPublication } from "./publication/routes.ts";
import { registerRuns } from "./runs/routes.ts";
import { registerSchedules } from "./schedules/routes.ts";
import { registerSeasons } from "./seasons/routes.ts";
import { registerSports } from "./sports/routes.ts";
import { registerTeams } from "./teams/routes.ts";
import { registerTvWindows } from "./tv-windows/routes.ts";
import { registerVenues } from "./venues/routes.ts";
import { registerVersions } from "./versions/routes.ts";

/** Every route of the function, a folder a topic: parse, one call, respond. What is allowed is the database's business. */
export function registerRoutes(app: App): void {
  registerSports(app);
  registerSeasons(app);
  registerVenues(app);
  registerTeams(app);
  registerTvWindows(app);
  registerSchedules(app);
  registerGames(app);
  registerConstraints(app);
  registerPublication(app);
  registerVersions(app);
  registerConstraintTypes(app);
  registerImports(app);
  registerExports(app);
  registerFeeds(app);
  registerRuns(app);
  registerPredictions(app);
  registerAnalysis(app);
  registerJobs(app, drainJobs);
  registerHealth(app);
  registerDocument(app, contract.info);
}
