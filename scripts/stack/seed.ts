import type { Db } from "./db.ts";
import { hash } from "./fingerprint.ts";
import { runScript, type Script } from "./script.ts";

/**
 * Runs the seed once in a database's life, and never where people have signed up already. The CLI's table remembers it.
 *
 * @returns whether it ran
 */
export async function applySeed(db: Db, seed: Script, role: string | undefined): Promise<boolean> {
  const [state] = await db.query<{ used: boolean }>(
    `select exists (select from supabase_migrations.seed_files where path = $1::text)
       or exists (select from auth.users) as used`,
    [seed.file],
  );
  if (state!.used) return false;
  const after = `insert into supabase_migrations.seed_files (path, hash) values ('${seed.file}', '${await hash(
    seed.text,
  )}');`;
  await runScript(db, seed, { role, after });
  await db.connection.clearSchemaCache();
  return true;
}

/** The people that the seed made, for the sign-in table: all it signs up shares one password. */
export interface Login {
  readonly email: string;
  readonly roles: string;
}

/** The password of every seeded user. */
export const seedPassword = "almanac-demo";

/** Seeded users with their roles, in the seed's order. */
export async function seededLogins(db: Db): Promise<Login[]> {
  const [has] = await db.query<{ memberships: boolean }>(
    "select to_regclass('public.memberships') is not null as memberships",
  );
  const roles = has!.memberships
    ? `(select string_agg(m.role || ' at ' || o.name, ', ' order by o.name)
        from public.memberships m join public.organizations o on o.id = m.organization_id where m.user_id = u.id)`
    : "null";
  return await db.query<Login>(
    `select u.email, coalesce(${roles}, u.raw_app_meta_data ->> 'role', '') as roles from auth.users u
     where u.email like '%.test' and u.encrypted_password is not null and u.created_at <= (
       select min(created_at) + interval '1 minute' from auth.users)
     order by u.created_at, u.id limit 24`,
  );
}
