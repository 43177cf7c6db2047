import type { Db } from "./db.ts";
import { StackError } from "./errors.ts";

/**
 * Extensions that only a Supabase server has. Where the server lacks them a stand-in script brings the same schema and
 * functions, and this process does their background work.
 */
const standIns = {
  pg_cron: { schema: "cron", script: "extensions/pg_cron.sql" },
  pg_net: { schema: "net", script: "extensions/pg_net.sql" },
  supabase_vault: { schema: "vault", script: "extensions/supabase_vault.sql" },
} as const;

type StandIn = keyof typeof standIns;

/** Where each of them comes from on this database. */
export type ExtensionSources = Record<StandIn, "extension" | "stand-in">;

const creation = /\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?"?([a-z_][\w-]*)"?[^;]*;/gi;
const withoutComments = (sql: string): string => sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, "");

/** The names that `create extension` asks for in a script, stand-ins left out. */
export function requiredExtensions(sql: string): string[] {
  const names = [...withoutComments(sql).matchAll(creation)].map((match) => match[1]!.toLowerCase());
  return [...new Set(names)].filter((name) => !(name in standIns)).sort();
}

/**
 * The script with its `create extension` statements of stand-ins blanked out: same length, same lines. What they ask
 * for is there already, as plain schemas.
 */
export async function withoutStandIns(db: Db, sql: string): Promise<string> {
  const sources = await extensionSources(db);
  return sql.replace(creation, (statement, name: string) => {
    const standIn = sources[name.toLowerCase() as StandIn] === "stand-in";
    return standIn ? statement.replace(/[^\n]/g, " ") : statement;
  });
}

/** What serves cron, net and vault on a prepared database. */
export async function extensionSources(db: Db): Promise<ExtensionSources> {
  const rows = await db.query<{ extname: string }>("select extname from pg_catalog.pg_extension");
  const created = new Set(rows.map(({ extname }) => extname));
  const source = (name: StandIn) => created.has(name) ? "extension" : "stand-in";
  return { pg_cron: source("pg_cron"), pg_net: source("pg_net"), supabase_vault: source("supabase_vault") };
}

/** Creates what the server has and loads a stand-in for what it has not. */
export async function provideStandIns(db: Db): Promise<void> {
  for (const [name, { schema, script }] of Object.entries(standIns)) {
    const [row] = await db.query<{ present: boolean }>("select to_regnamespace($1::text) is not null as present", [
      schema,
    ]);
    if (row!.present) continue;
    if (await runsHere(db, name as StandIn)) {
      await db.exec(`create extension if not exists ${name} cascade`);
      continue;
    }
    const text = await Deno.readTextFile(new URL(script, import.meta.url));
    await db.exec(`create schema ${schema};\n${text}`);
  }
}

/** A server may ship an extension and yet not run it: background workers need preloading, pg_cron its one database. */
async function runsHere(db: Db, name: StandIn): Promise<boolean> {
  const [row] = await db.query<{ runs: boolean }>(
    `select exists (select from pg_catalog.pg_available_extensions where name = $1::text)
       and ($1::text = 'supabase_vault' or position($1::text in current_setting('shared_preload_libraries')) > 0)
       and ($1::text <> 'pg_cron' or current_setting('cron.database_name', true) = current_database()) as runs`,
    [name],
  );
  return row!.runs;
}

/** Creates the extensions in the schema `extensions`, as hosted has them before the first migration. */
export async function provideExtensions(db: Db, names: readonly string[]): Promise<void> {
  await requireAvailable(db, names);
  for (const name of names) {
    // earthdistance looks for cube's functions by search_path
    await db.exec(
      `set local search_path = extensions, public; create extension if not exists "${name}" with schema extensions cascade`,
    );
  }
}

/** @throws StackError naming each extension the server lacks and how to install it. */
export async function requireAvailable(db: Db, names: readonly string[]): Promise<void> {
  const rows = await db.query<{ name: string }>("select name from pg_catalog.pg_available_extensions");
  const available = new Set(rows.map(({ name }) => name));
  const missing = names.filter((name) => !available.has(name));
  if (missing.length === 0) return;
  const [{ major }] = await db.query<{ major: string }>(
    "select split_part(current_setting('server_version'), '.', 1) as major",
  ) as [{ major: string }];
  throw new StackError(
    `the server lacks ${missing.length > 1 ? "extensions" : "the extension"} ` +
      `${missing.map((name) => `${name} (${installHint(name, major)})`).join(", ")}.`,
  );
}

function installHint(name: string, major: string): string {
  const packages: Record<string, string> = {
    vector: `postgresql-${major}-pgvector`,
    pgtap: `postgresql-${major}-pgtap`,
    plpgsql_check: `postgresql-${major}-plpgsql-check`,
  };
  return `on Debian and Ubuntu: apt-get install ${packages[name] ?? "postgresql-contrib"}`;
}
