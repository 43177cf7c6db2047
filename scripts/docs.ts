/** `deno task docs`: writes the pages, and the migration, that are made from code. `--check` writes nothing and fails on a difference. */
import { apiPage } from "./docs/api.ts";
import { constraintsPage, constraintTypesMigration } from "./docs/constraint-types.ts";
import { errorsPage } from "./docs/errors.ts";
import { eventTypesMigration } from "./docs/event-types.ts";
import { eventsPage } from "./docs/events.ts";
import { metricsPage } from "./docs/metrics.ts";
import { newestMigration } from "./docs/newest-migration.ts";
import { driftedFiles } from "./generated.ts";

const pages = new Map([
  ["docs/api.md", apiPage()],
  ["docs/errors.md", errorsPage()],
  ["docs/events.md", eventsPage()],
  ["supabase/migrations/20261101000799_catalog_core_events.sql", eventTypesMigration()],
  ["docs/constraints.md", constraintsPage()],
  ["supabase/migrations/20261101004190_catalog_scheduling_constraints.sql", constraintTypesMigration()],
  ["docs/operations/metrics.md", metricsPage()],
  ["shared/db/newest-migration.ts", await newestMigration()],
]);

const drifted = await driftedFiles(new URL("../", import.meta.url), pages, Deno.args.includes("--check"));
if (drifted.length > 0) {
  console.error(`differ from the code they are made from: ${drifted.join(", ")} (deno task docs)`);
  Deno.exit(1);
}
