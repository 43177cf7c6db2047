import bcrypt from "bcryptjs";
import type { Db, Queryable } from "../db.ts";

/** What an administrator may set on a user. */
export interface UserAttributes {
  id?: string;
  aud?: string;
  role?: string;
  email?: string;
  phone?: string;
  password?: string;
  password_hash?: string;
  email_confirm?: boolean;
  phone_confirm?: boolean;
  app_metadata?: Record<string, unknown>;
  user_metadata?: Record<string, unknown>;
  ban_duration?: string;
}

/** A user as the Auth API shows it. */
export type UserDocument = Record<string, unknown> & { id: string };

const BCRYPT_COST = 6; // hosted uses 10; local data is not worth 16 times the wait

const DOCUMENT = `jsonb_strip_nulls(jsonb_build_object(
  'id', u.id, 'aud', u.aud, 'role', u.role, 'email', coalesce(u.email, ''), 'phone', coalesce(u.phone, ''),
  'email_confirmed_at', u.email_confirmed_at, 'phone_confirmed_at', u.phone_confirmed_at,
  'confirmed_at', u.confirmed_at, 'last_sign_in_at', u.last_sign_in_at, 'banned_until', u.banned_until,
  'app_metadata', coalesce(u.raw_app_meta_data, '{}'), 'user_metadata', coalesce(u.raw_user_meta_data, '{}'),
  'created_at', u.created_at, 'updated_at', u.updated_at, 'is_anonymous', u.is_anonymous,
  'identities', coalesce((select jsonb_agg(jsonb_build_object('identity_id', i.id, 'id', i.provider_id,
      'user_id', i.user_id, 'provider', i.provider, 'identity_data', i.identity_data, 'email', i.email,
      'created_at', i.created_at, 'updated_at', i.updated_at) order by i.created_at)
    from auth.identities i where i.user_id = u.id), '[]')))`;

async function hashPassword(attributes: UserAttributes): Promise<string | null> {
  if (attributes.password_hash) return attributes.password_hash;
  return attributes.password ? await bcrypt.hash(attributes.password, BCRYPT_COST) : null;
}

/** Adds the given keys; a key set to null disappears. */
const merge = (column: string, parameter: string) =>
  `jsonb_strip_nulls(coalesce(${column}, '{}') || coalesce(${parameter}::text::jsonb, '{}'))`;

const banned = (parameter: string) =>
  `case when ${parameter}::text = 'none' then null
        when ${parameter}::text is not null then now() + ${parameter}::text::interval else banned_until end`;

async function saveIdentity(tx: Queryable, userId: string, provider: "email" | "phone", value: string): Promise<void> {
  const data = { sub: userId, [provider]: value, [`${provider}_verified`]: true };
  await tx.query(
    `insert into auth.identities (id, provider, provider_id, user_id, identity_data)
     values (gen_random_uuid(), $1::text, $2::text, $2::text::uuid, $3::text::jsonb)
     on conflict (provider, provider_id) do update
        set identity_data = auth.identities.identity_data || excluded.identity_data, updated_at = now()`,
    [provider, userId, JSON.stringify(data)],
  );
}

async function saveIdentities(tx: Queryable, userId: string, attributes: UserAttributes): Promise<void> {
  if (attributes.email) await saveIdentity(tx, userId, "email", attributes.email.toLowerCase());
  if (attributes.phone) await saveIdentity(tx, userId, "phone", attributes.phone);
}

/** One user, or undefined. */
export async function getUser(db: Queryable, id: string): Promise<UserDocument | undefined> {
  const [row] = await db.query<{ document: UserDocument }>(
    `select ${DOCUMENT} as document from auth.users u where u.id = $1::text::uuid`,
    [id],
  );
  return row?.document;
}

/** A page of users, newest first, and how many there are. Pages count from 1. */
export async function listUsers(
  db: Queryable,
  page: number,
  perPage: number,
): Promise<{ users: UserDocument[]; total: number }> {
  const rows = await db.query<{ document: UserDocument }>(
    `select ${DOCUMENT} as document from auth.users u order by u.created_at desc, u.id
      limit $1::text::int offset $2::text::int`,
    [String(perPage), String((page - 1) * perPage)],
  );
  const [count] = await db.query<{ total: number }>("select count(*)::int as total from auth.users");
  return { users: rows.map((row) => row.document), total: count?.total ?? 0 };
}

/** Creates a user with its identities. Fails with SQLSTATE 23505 when the e-mail address or phone number is taken. */
export async function createUser(db: Db, attributes: UserAttributes): Promise<UserDocument> {
  const id = attributes.id ?? crypto.randomUUID();
  const providers = [...(attributes.email ? ["email"] : []), ...(attributes.phone ? ["phone"] : [])];
  const hash = await hashPassword(attributes);
  return await db.tx(async (tx) => {
    await tx.query(
      `insert into auth.users (id, aud, role, email, phone, encrypted_password, email_confirmed_at,
         phone_confirmed_at, raw_app_meta_data, raw_user_meta_data, banned_until)
       values ($1::text::uuid, $2::text, $3::text, $4::text, $5::text, $6::text,
         case when $7::text = 'true' then now() end, case when $8::text = 'true' then now() end,
         jsonb_strip_nulls($9::text::jsonb), jsonb_strip_nulls($10::text::jsonb),
         case when $11::text <> 'none' then now() + $11::text::interval end)`,
      [
        id,
        attributes.aud ?? "authenticated",
        attributes.role ?? "authenticated",
        attributes.email?.toLowerCase() ?? null,
        attributes.phone ?? null,
        hash,
        String(attributes.email_confirm === true),
        String(attributes.phone_confirm === true),
        JSON.stringify({ provider: providers[0], providers, ...attributes.app_metadata }),
        JSON.stringify(attributes.user_metadata ?? {}),
        attributes.ban_duration ?? null,
      ],
    );
    await saveIdentities(tx, id, attributes);
    return (await getUser(tx, id))!;
  });
}

/** Changes what is given and leaves the rest; undefined when there is no such user. */
export async function updateUser(db: Db, id: string, attributes: UserAttributes): Promise<UserDocument | undefined> {
  const hash = await hashPassword(attributes);
  return await db.tx(async (tx) => {
    const changed = await tx.query(
      `update auth.users set email = coalesce($2::text, email), phone = coalesce($3::text, phone),
         encrypted_password = coalesce($4::text, encrypted_password), role = coalesce($5::text, role),
         email_confirmed_at = case when $6::text = 'true' then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
         phone_confirmed_at = case when $7::text = 'true' then coalesce(phone_confirmed_at, now()) else phone_confirmed_at end,
         raw_app_meta_data = ${merge("raw_app_meta_data", "$8")},
         raw_user_meta_data = ${merge("raw_user_meta_data", "$9")},
         banned_until = ${banned("$10")}, updated_at = now()
       where id = $1::text::uuid returning id`,
      [
        id,
        attributes.email?.toLowerCase() ?? null,
        attributes.phone ?? null,
        hash,
        attributes.role ?? null,
        String(attributes.email_confirm === true),
        String(attributes.phone_confirm === true),
        attributes.app_metadata ? JSON.stringify(attributes.app_metadata) : null,
        attributes.user_metadata ? JSON.stringify(attributes.user_metadata) : null,
        attributes.ban_duration ?? null,
      ],
    );
    if (changed.length === 0) return undefined;
    await saveIdentities(tx, id, attributes);
    return await getUser(tx, id);
  });
}

/** Deletes a user with everything that hangs on it; false when there is none. */
export async function deleteUser(db: Queryable, id: string): Promise<boolean> {
  const deleted = await db.query("delete from auth.users where id = $1::text::uuid returning id", [id]);
  return deleted.length > 0;
}
