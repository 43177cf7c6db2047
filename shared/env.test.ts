import assert from "node:assert/strict";
import { loadSettings } from "./env.ts";

const complete = {
  SUPABASE_URL: "http://127.0.0.1:54321",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}',
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x","jobs":"sb_secret_y"}',
};

function withVariables<Result>(variables: Record<string, string>, run: () => Result): Result {
  const names = [
    ...Object.keys(complete),
    "SUPABASE_PUBLISHABLE_KEY",
    "SUPABASE_SECRET_KEY",
    "SUPABASE_JWKS",
    "SUPABASE_JWKS_URL",
    "SUPABASE_PUBLIC_URL",
  ];
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  names.forEach((name) => Deno.env.delete(name));
  Object.entries(variables).forEach(([name, value]) => Deno.env.set(name, value));
  try {
    return run();
  } finally {
    before.forEach(([name, value]) => value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value));
  }
}

Deno.test("the platform's variables become settings", () => {
  const settings = withVariables(complete, loadSettings);
  assert.equal(settings.secretKeys.jobs, "sb_secret_y");
  assert.equal(String(settings.jwks), "http://127.0.0.1:54321/auth/v1/.well-known/jwks.json");
});

Deno.test("one sentence names what is missing", () => {
  assert.throws(
    () => withVariables({}, loadSettings),
    /^Error: This function cannot start: SUPABASE_URL is not set\.$/,
  );
  assert.throws(
    () => withVariables({ SUPABASE_URL: complete.SUPABASE_URL }, loadSettings),
    /^Error: This function cannot start: SUPABASE_PUBLISHABLE_KEYS holds no key; SUPABASE_SECRET_KEYS holds no key\.$/,
  );
  assert.throws(
    () => withVariables({ ...complete, SUPABASE_URL: "localhost" }, loadSettings),
    /SUPABASE_URL is no http/,
  );
  assert.throws(() => withVariables({ ...complete, SUPABASE_JWKS: "{" }, loadSettings), /SUPABASE_JWKS/);
});
