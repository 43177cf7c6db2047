import type { Queryable } from "./db.ts";

/** Puts secrets into Vault under their names, over those of an earlier start. */
export async function keepSecrets(db: Queryable, secrets: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, secret] of Object.entries(secrets)) {
    const [known] = await db.query<{ id: string }>("select id::text from vault.secrets where name = $1::text", [name]);
    if (known) await db.query("select vault.update_secret($1::text::uuid, $2::text)", [known.id, secret]);
    else await db.query("select vault.create_secret($1::text, $2::text)", [secret, name]);
  }
}
