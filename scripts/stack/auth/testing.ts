import { createClient, type SupabaseClient, type SupabaseClientOptions } from "@supabase/supabase-js";
import type { JWK } from "jose";
import { KEYS } from "../keys.ts";
import type { Platform } from "../platform-testing.ts";
import { type Auth, createAuth, createSigningKey } from "./mod.ts";

/** Auth and PostgREST on a loopback port, for tests that speak to them as an application would. */
export interface AuthServer extends AsyncDisposable {
  url: string;
  auth: Auth;
  /** What its tokens are signed with. */
  signingKey: JWK;
  /** A client that keeps its session to itself. */
  client(key?: string, options?: SupabaseClientOptions<"public">): SupabaseClient;
}

/** Serves a platform; `hook` is the custom access token hook, `before` may answer requests of its own. */
export async function serveAuth(
  { db, lite }: Platform,
  options: { hook?: string; before?: (request: Request, auth: Auth) => Promise<Response> | null } = {},
): Promise<AuthServer> {
  const ready = Promise.withResolvers<Auth>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const auth = await ready.promise;
    return await (options.before?.(request, auth) ?? auth.fetch(request, { peerAddress: "127.0.0.1" }));
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const signingKey = await createSigningKey();
  const auth = await createAuth(db, lite, {
    issuer: `${url}/auth/v1`,
    keys: KEYS,
    signingKey,
    hook: options.hook,
  });
  ready.resolve(auth);
  const withoutStorage = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };
  return {
    url,
    auth,
    signingKey,
    client: (key = KEYS.publishable, given = {}) => createClient(url, key, { auth: withoutStorage, ...given }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
