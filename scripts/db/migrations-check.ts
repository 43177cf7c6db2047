/**
 * `deno task db:migrations`: the migrations apply to an empty database by a role that is no superuser, and a second run
 * finds nothing to do. On the server of DATABASE_URL, otherwise on the embedded engine.
 */
import { type Db, openDb } from "../stack/db.ts";
import { openEngine } from "../stack/engine.ts";
import { prepareDatabase } from "../stack/prepare.ts";
import { silent } from "../stack/progress.ts";
import { readProject } from "../stack/project.ts";
import { domains } from "./domains.ts";
import { withEmptyDatabase } from "./fresh.ts";

const server = Deno.env.get("DATABASE_URL");
if (server) await withEmptyDatabase(server, async (url) => report(await examine(await openDb(url, { max: 2 }))));
else report(await examine(await openEngine("memory://")));

async function examine(db: Db): Promise<string[]> {
  try {
    const project = await readProject();
    const first = await prepareDatabase(db, project, silent, { seed: false });
    const second = await prepareDatabase(db, project, silent, { seed: false });
    const owners = await db.query<{ schema: string; owner: string; rolsuper: boolean }>(
      `select n.nspname as schema, r.rolname as owner, r.rolsuper from pg_catalog.pg_namespace n
       join pg_catalog.pg_roles r on r.oid = n.nspowner where n.nspname = any ($1::text[])`,
      [[...domains]],
    );
    console.log(`${first.applied.length} migrations applied as ${owners[0]?.owner}, then ${second.applied.length}`);
    const problems = owners.filter(({ rolsuper }) => rolsuper).map(({ schema }) => `${schema} belongs to a superuser`);
    if (owners.length !== domains.length) {
      problems.push(`the migrations made ${owners.length} of the ${domains.length} schemas`);
    }
    if (first.applied.length !== project.migrations.length) {
      problems.push("the first run did not apply every migration");
    }
    if (second.applied.length) problems.push(`the second run applied ${second.applied.join(", ")}`);
    return problems;
  } finally {
    await db.close();
  }
}

function report(problems: readonly string[]): void {
  for (const problem of problems) console.error(problem);
  if (problems.length) Deno.exitCode = 1;
}
