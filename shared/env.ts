import { z } from "zod";
import type { SupabaseEnv } from "@supabase/server";
import { resolveEnv } from "@supabase/server/core";

/** What the platform hands every function, read once when it boots. */
export type Settings = SupabaseEnv;

const keys = (name: string) =>
  z.record(z.string(), z.string().min(1)).refine((set) => Object.keys(set).length > 0, `${name} holds no key`);

const settings = z.object({
  url: z.url({ protocol: /^https?$/, error: "SUPABASE_URL is no http(s) address" }),
  publishableKeys: keys("SUPABASE_PUBLISHABLE_KEYS"),
  secretKeys: keys("SUPABASE_SECRET_KEYS"),
  jwks: z.custom<NonNullable<SupabaseEnv["jwks"]>>(
    (value) => value !== null,
    "neither SUPABASE_JWKS nor SUPABASE_JWKS_URL leads to keys that verify tokens",
  ),
});

/** Reads the settings. Throws one sentence that names all that is missing or malformed. */
export function loadSettings(): Settings {
  const { data, error } = resolveEnv();
  if (error) throw new Error("This function cannot start: SUPABASE_URL is not set.");
  const parsed = settings.safeParse(data);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ message }) => message).join("; ");
  throw new Error(`This function cannot start: ${faults}.`);
}
