import { basename } from "node:path";
import type { Db } from "./db.ts";
import { StackError } from "./errors.ts";
import { withoutStandIns } from "./extensions.ts";
import { runScript, type Script } from "./script.ts";

export interface Migration extends Script {
  readonly version: string;
  readonly name: string;
}

/** Reads `<version>_<name>.sql` files in the order of their versions. Other files are left alone, as by the CLI. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const match = entry.name.match(/^(\d+)_(.+)\.sql$/);
    if (!match) continue;
    const text = await Deno.readTextFile(`${folder}/${entry.name}`);
    migrations.push({ version: match[1]!, name: match[2]!, file: `supabase/migrations/${entry.name}`, text });
  }
  migrations.sort((a, b) => a.version < b.version ? -1 : a.version > b.version ? 1 : 0);
  const twin = migrations.find((migration, at) => migrations[at + 1]?.version === migration.version);
  if (twin) throw new StackError(`${twin.file}: another migration has the version ${twin.version} too.`);
  return migrations;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Applies the migrations that `supabase_migrations.schema_migrations` does not list yet, each in a transaction of its
 * own with its row there. The table is the CLI's: it and this runner see each other's work.
 *
 * @param role - the role to run them as; none: the role of the connection
 * @returns the names of the files applied
 */
export async function applyMigrations(db: Db, migrations: readonly Migration[], role?: string): Promise<string[]> {
  const rows = await db.query<{ version: string }>("select version from supabase_migrations.schema_migrations");
  const known = new Set(rows.map(({ version }) => version));
  const applied: string[] = [];
  for (const { version, name, file, text } of migrations) {
    if (known.has(version)) continue;
    const after = "insert into supabase_migrations.schema_migrations (version, name, statements) " +
      `values (${literal(version)}, ${literal(name)}, array[${literal(text)}]);`;
    await runScript(db, { file, text: await withoutStandIns(db, text) }, { role, after });
    applied.push(basename(file));
  }
  if (applied.length) await db.connection.clearSchemaCache();
  return applied;
}
