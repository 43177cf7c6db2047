import type { Db } from "../db.ts";
import type { Claims } from "./tokens.ts";

/** A sign-in that the project's hook refused. */
export class HookRefusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

interface HookAnswer {
  claims?: Claims;
  error?: { http_code?: number; message?: string };
}

const REQUIRED = ["aud", "exp", "iat", "sub", "role", "aal", "session_id"];

/** `pg-functions://postgres/public/my_hook` (as in config.toml) or `public.my_hook`, as a quoted function name. */
function hookFunction(hook: string): string {
  const name = hook.startsWith("pg-functions://") ? hook.split("/").slice(3).join(".") : hook;
  const parts = name.split(".");
  if (parts.length !== 2 || parts.some((part) => part === "")) {
    throw new Error(`auth hook ${hook}: expected pg-functions://postgres/<schema>/<function>`);
  }
  return parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
}

/** Lets the project's custom access token hook change the claims. It runs as `supabase_auth_admin`, as on hosted. */
export async function runTokenHook(
  db: Db,
  hook: string,
  event: { user_id: string; claims: Claims; authentication_method: string },
): Promise<Claims> {
  const call = `select ${hookFunction(hook)}($1::text::jsonb) as answer`;
  const [row] = await db.tx(async (tx) => {
    await tx.query("set local role supabase_auth_admin");
    return await tx.query<{ answer: HookAnswer | null }>(call, [JSON.stringify(event)]);
  });
  const answer = row?.answer;
  if (answer?.error) {
    throw new HookRefusal(answer.error.http_code ?? 500, answer.error.message ?? "Error running hook");
  }
  const claims = answer?.claims;
  if (!claims || REQUIRED.some((claim) => claims[claim] === undefined)) {
    throw new HookRefusal(500, "output claims do not conform to the expected schema");
  }
  return claims;
}
