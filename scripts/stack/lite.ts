import { App } from "@supabase/lite";
import type { Db } from "./db.ts";
import { KEYS } from "./keys.ts";
import type { Config } from "./project.ts";

export type Lite = App;

/** PostgREST and Auth over a database, by @supabase/lite. */
export function createLite(db: Db, config: Config): Lite {
  // lite GRANTs ALL on every table of each schema with row security to anon, authenticated and service_role before its
  // first answer, unless it believes to have done so
  db.connection.rlsState = "active";
  const options = {
    connection: db.connection,
    api: { schemas: config.api.schemas, max_rows: config.api.max_rows },
    auth: {
      enabled: true,
      jwt_secret: KEYS.jwtSecret,
      publishable_key: KEYS.publishable,
      secret_key: KEYS.secret,
      jwt_expiry: config.auth.jwt_expiry,
      enable_signup: config.auth.enable_signup,
      email: { enable_signup: config.auth.enable_signup, enable_confirmations: config.auth.email.enable_confirmations },
    },
    studio: { enabled: false },
    options: { server: { disableStudio: true, admin: false } },
  };
  // deno-lint-ignore no-explicit-any
  const app: any = new App(options as any);
  return app;
}
