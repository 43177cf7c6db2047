import type { Db } from "../db.ts";
import { runTokenHook } from "./hook.ts";
import type { Claims, Tokens } from "./tokens.ts";

/** How a session came about, as in the `amr` claim. */
export type Method = "password" | "otp" | "oauth" | "token_refresh";

/** A sign-in of a user whom an administrator has banned. */
export class BannedUser extends Error {}

interface SessionRow {
  email: string | null;
  phone: string | null;
  app_metadata: Record<string, unknown> | null;
  user_metadata: Record<string, unknown> | null;
  is_anonymous: boolean;
  banned: boolean;
  since: number | null;
}

/** Turns the engine's minimal tokens into the ones hosted Supabase issues. */
export interface Sessions {
  /** The outside twin of an inside access token, with the user's metadata and whatever the hook adds. */
  reissue(innerToken: string, method: Method): Promise<string>;
}

/** Sessions over `auth.users`; `hook` names the project's custom access token hook. */
export function createSessions(db: Db, tokens: Tokens, options: { issuer: string; hook?: string }): Sessions {
  async function find(userId: string, sessionId: string | null): Promise<SessionRow | undefined> {
    const [row] = await db.query<SessionRow>(
      `select u.email, u.phone, u.raw_app_meta_data as app_metadata, u.raw_user_meta_data as user_metadata,
              u.is_anonymous, coalesce(u.banned_until > now(), false) as banned,
              extract(epoch from s.created_at)::float8 as since
         from auth.users u left join auth.sessions s on s.id = $2::text::uuid
        where u.id = $1::text::uuid`,
      [userId, sessionId],
    );
    return row;
  }

  async function reissue(innerToken: string, method: Method): Promise<string> {
    const inner = await tokens.open(innerToken);
    const userId = String(inner.sub);
    const user = await find(userId, inner.session_id ?? null);
    if (user?.banned) {
      await db.query("delete from auth.sessions where user_id = $1::text::uuid", [userId]);
      throw new BannedUser();
    }
    const first = method === "token_refresh" ? "password" : method;
    let claims: Claims = {
      iss: options.issuer,
      sub: inner.sub,
      aud: inner.aud ?? "authenticated",
      exp: inner.exp,
      iat: inner.iat,
      email: user?.email ?? "",
      phone: user?.phone ?? "",
      app_metadata: user?.app_metadata ?? {},
      user_metadata: user?.user_metadata ?? {},
      role: inner.role,
      aal: "aal1",
      amr: [{ method: first, timestamp: Math.floor(user?.since ?? inner.iat ?? 0) }],
      session_id: inner.session_id,
      is_anonymous: user?.is_anonymous ?? false,
    };
    if (options.hook) {
      claims = await runTokenHook(db, options.hook, { user_id: userId, claims, authentication_method: method });
    }
    return await tokens.sign(claims);
  }

  return { reissue };
}
