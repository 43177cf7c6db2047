import type { App } from "@supabase/lite";
import type { Db } from "./db.ts";
import { StackError } from "./errors.ts";
import { provideExtensions, provideStandIns } from "./extensions.ts";

/** The role that migrations run as where the connection is a superuser's. */
export const hostedRole = "hosted_postgres";

const script = (name: string): Promise<string> => Deno.readTextFile(new URL(`platform/${name}.sql`, import.meta.url));

/**
 * Makes the database what a new hosted project is before its first migration. Idempotent.
 *
 * @param extensions - those that the migrations ask for; hosted lets `postgres` create them, here a superuser does
 * @returns the role to migrate as: none on a real Supabase database, which is left as it is
 * @throws StackError when the platform is missing and the connection may not make it
 */
export async function preparePlatform(
  db: Db,
  lite: Pick<App, "ensureSystemSchema">,
  extensions: readonly string[],
): Promise<string | undefined> {
  if (!await isSuperuser(db)) {
    if (await hasPlatform(db)) return undefined;
    throw new StackError(
      "the database has no Supabase platform yet and this role may not make it: connect as a superuser once.",
    );
  }
  await db.exec(await script("roles"));
  await provideExtensions(db, ["pgcrypto", ...extensions]);
  await lite.ensureSystemSchema();
  for (const name of ["auth", "realtime"]) await db.exec(await script(name)); // over what lite made
  await provideStandIns(db);
  await db.exec(await script("grants"));
  return hostedRole;
}

async function isSuperuser(db: Db): Promise<boolean> {
  const [row] = await db.query<{ rolsuper: boolean }>("select rolsuper from pg_roles where rolname = current_user");
  return row!.rolsuper;
}

async function hasPlatform(db: Db): Promise<boolean> {
  const [row] = await db.query<{ present: boolean }>(
    `select to_regclass('auth.users') is not null and to_regprocedure('auth.uid()') is not null
       and exists (select from pg_roles where rolname = 'service_role') as present`,
  );
  return row!.present;
}
