/** `deno task docs`: writes the pages that are made from code. `--check` writes nothing and fails on a difference. */
import { apiPage } from "./docs/api.ts";
import { errorsPage } from "./docs/errors.ts";
import { eventsPage } from "./docs/events.ts";
import { driftedFiles } from "./generated.ts";

const pages = new Map([
  ["docs/api.md", apiPage()],
  ["docs/errors.md", errorsPage()],
  ["docs/events.md", eventsPage()],
]);

const drifted = await driftedFiles(new URL("../", import.meta.url), pages, Deno.args.includes("--check"));
if (drifted.length > 0) {
  console.error(`differ from the code they are made from: ${drifted.join(", ")} (deno task docs)`);
  Deno.exit(1);
}
