import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { KEYS } from "../keys.ts";
import { openPlatform, type Platform } from "../platform-testing.ts";
import { createSigningKey } from "./mod.ts";
import { serveAuth } from "./testing.ts";
import { createTokens } from "./tokens.ts";

const HOOK = `
create table public.notes (id int primary key, body text);
alter table public.notes enable row level security;
grant select on public.notes to authenticated;
create policy "tenants read" on public.notes for select to authenticated
  using (auth.jwt() -> 'app_metadata' ->> 'tenant' = 't1');
insert into public.notes values (1, 'hello');
create function public.whoami() returns jsonb language sql as
  $$ select jsonb_build_object('uid', auth.uid(), 'role', auth.role(), 'hooked', auth.jwt() ->> 'hooked') $$;
grant execute on function public.whoami() to anon, authenticated, service_role;
create function public.token_hook(event jsonb) returns jsonb language sql as $$
  select case when event -> 'claims' ->> 'email' = 'refused@example.com'
    then '{"error": {"http_code": 403, "message": "not you"}}'::jsonb
    else jsonb_set(event, '{claims,hooked}', '"yes"') end $$;
grant usage on schema public to supabase_auth_admin;
grant execute on function public.token_hook(jsonb) to supabase_auth_admin;`;

const password = "correct horse";

async function withServer(run: (server: Awaited<ReturnType<typeof serveAuth>>, platform: Platform) => Promise<void>) {
  await using platform = await openPlatform();
  await platform.db.exec(HOOK);
  await platform.db.connection.clearSchemaCache();
  await using server = await serveAuth(platform, { hook: "pg-functions://postgres/public/token_hook" });
  await run(server, platform);
}

const base64 = (value: unknown) =>
  btoa(JSON.stringify(value)).replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");

Deno.test("auth", { sanitizeExit: false }, (test) =>
  withServer(async ({ url, client, auth, signingKey }, { db }) => {
    const admin = client(KEYS.secret);
    const ada = client();
    let token = "";

    await test.step("an administrator creates a user, who signs in", async () => {
      const created = await admin.auth.admin.createUser({
        email: "Ada@Example.com",
        password,
        email_confirm: true,
        app_metadata: { tenant: "t1" },
        user_metadata: { name: "Ada" },
      });
      assert.equal(created.error, null);
      assert.equal(created.data.user?.email, "ada@example.com");
      assert.deepEqual(created.data.user?.app_metadata, { provider: "email", providers: ["email"], tenant: "t1" });
      assert.equal(created.data.user?.identities?.[0]?.provider, "email");
      const signedIn = await ada.auth.signInWithPassword({ email: "ada@example.com", password });
      assert.equal(signedIn.error, null);
      token = signedIn.data.session!.access_token;
    });

    await test.step("tokens carry hosted's claims and verify against the JWKS", async () => {
      const { data, error } = await ada.auth.getClaims();
      assert.equal(error, null);
      const { claims, header } = data!;
      assert.equal(header.alg, "ES256");
      assert.equal(header.kid, auth.jwks.keys[0]!.kid);
      assert.equal(auth.jwks.keys[0]!.d, undefined, "the private key is published");
      assert.equal(claims.iss, `${url}/auth/v1`);
      assert.equal(claims.aal, "aal1");
      assert.equal(claims.role, "authenticated");
      assert.deepEqual(claims.user_metadata, { name: "Ada" });
      assert.equal((claims.app_metadata as Record<string, unknown>).tenant, "t1");
      assert.equal(claims.hooked, "yes");
      assert.equal((claims.amr as { method: string }[])[0]!.method, "password");
    });

    await test.step("policies see all claims", async () => {
      assert.deepEqual((await ada.from("notes").select()).data, [{ id: 1, body: "hello" }]);
      const { data } = await ada.rpc("whoami");
      assert.deepEqual(data, { uid: (await ada.auth.getUser()).data.user!.id, role: "authenticated", hooked: "yes" });
    });

    await test.step("a session is refreshed, and ends at sign-out", async () => {
      const refreshed = await ada.auth.refreshSession();
      assert.equal(refreshed.error, null);
      assert.ok((await auth.verify(refreshed.data.session!.access_token)).session_id);
      const eva = client();
      assert.equal((await eva.auth.signUp({ email: "eva@example.com", password })).error, null);
      assert.equal((await eva.auth.signOut()).error, null);
    });

    await test.step("the hook can refuse a sign-in", async () => {
      await admin.auth.admin.createUser({ email: "refused@example.com", password, email_confirm: true });
      const { error } = await client().auth.signInWithPassword({ email: "refused@example.com", password });
      assert.equal(error?.status, 403);
      assert.equal(error?.message, "not you");
    });

    await test.step("both secret keys are service_role; a key nobody issued is refused", async () => {
      for (const key of [KEYS.secret, KEYS.jobs]) {
        assert.equal((await client(key).rpc("whoami")).data.role, "service_role", key);
        assert.equal((await client(key).auth.admin.listUsers()).error, null);
      }
      assert.equal((await client().rpc("whoami")).data.role, "anon");
      assert.equal((await client("sb_secret_made_up").rpc("whoami")).status, 401);
    });

    await test.step("a user token is no API key, and an API key no user token", async () => {
      const inKeySlot = await fetch(`${url}/rest/v1/rpc/whoami`, {
        headers: { apikey: token, authorization: `Bearer ${token}` },
      });
      assert.equal(inKeySlot.status, 401);
      assert.equal((await inKeySlot.json()).message, "Invalid API key");
      const secretAsToken = await fetch(`${url}/rest/v1/rpc/whoami`, {
        headers: { apikey: KEYS.publishable, authorization: `Bearer ${KEYS.secret}` },
      });
      assert.equal(secretAsToken.status, 401);
      await secretAsToken.body?.cancel();
      assert.equal((await fetch(`${url}/rest/v1/notes`)).status, 401);
    });

    await test.step("bodies and paths nobody can read are 400", async () => {
      const headers = { apikey: KEYS.publishable, "content-type": "application/json" };
      const post = (path: string, body: string) => fetch(url + path, { method: "POST", headers, body });
      for (const path of ["token?grant_type=password", "signup", "otp", "recover"]) {
        for (const body of ["{", "null", "[]", "1", '{"email": 1}', '{"password": []}', '{"email": "\\u0000"}']) {
          const response = await post(`/auth/v1/${path}`, body);
          assert.deepEqual([response.status, (await response.json()).error_code], [400, "bad_json"], `${path} ${body}`);
        }
      }
      assert.equal((await post("/rest/v1/%E0%A4%A", "{}")).status, 400);
    });

    await test.step("a browser on another origin may ask", async () => {
      for (const path of ["/rest/v1/notes", "/auth/v1/token", "/auth/v1/admin/users"]) {
        const wanted = ["authorization", "apikey", "content-type", "x-client-info", "x-supabase-api-version"];
        const headers = {
          origin: "http://localhost:3000",
          "access-control-request-method": "POST",
          "access-control-request-headers": wanted.join(","),
        };
        const response = await fetch(url + path, { method: "OPTIONS", headers });
        assert.ok(response.ok);
        assert.equal(response.headers.get("access-control-allow-origin"), "*");
        assert.match(response.headers.get("access-control-allow-methods")!, /POST/);
        const allowed = response.headers.get("access-control-allow-headers")!.toLowerCase();
        for (const header of wanted) assert.ok(allowed.includes(header), `${path}: ${header}`);
      }
      const answer = await fetch(`${url}/auth/v1/settings`, { headers: { apikey: KEYS.publishable } });
      assert.equal(answer.headers.get("access-control-allow-origin"), "*");
      await answer.body?.cancel();
    });

    await test.step("forged and expired tokens are 401 on the data API and 403 on the Auth API", async () => {
      const claims = await auth.verify(token);
      const past = Math.floor(Date.now() / 1000) - 60;
      const [header, payload, signature] = token.split(".") as [string, string, string];
      const other = await createTokens({
        issuer: `${url}/auth/v1`,
        signingKey: await createSigningKey(),
        jwtSecret: "x",
      });
      const elevated = { ...claims, role: "service_role" };
      const hs256 = new SignJWT(elevated).setProtectedHeader({ alg: "HS256" });
      const middle = Math.floor(signature.length / 2);
      const forged = {
        none: `${base64({ alg: "none", typ: "JWT" })}.${base64(elevated)}.`,
        "none without its dot": `${base64({ alg: "none" })}.${base64(elevated)}`,
        "HS256 with the public key": await hs256.sign(new TextEncoder().encode(JSON.stringify(auth.jwks.keys[0]))),
        "HS256 with the inner secret": await hs256.sign(new TextEncoder().encode(KEYS.jwtSecret)),
        "another key": await other.sign(elevated),
        "changed payload": `${header}.${base64(elevated)}.${signature}`,
        "changed signature": `${header}.${payload}.${signature.slice(0, middle)}${
          signature[middle] === "A" ? "B" : "A"
        }${signature.slice(middle + 1)}`,
        garbage: "garbage",
        empty: "",
      };
      const ask = (path: string, bearer: string) =>
        fetch(url + path, { headers: { apikey: KEYS.publishable, authorization: `Bearer ${bearer}` } });
      for (const [name, bearer] of Object.entries(forged)) {
        const rest = await ask("/rest/v1/notes", bearer);
        assert.deepEqual([rest.status, (await rest.json()).code], [401, "PGRST301"], name);
        const user = await ask("/auth/v1/user", bearer);
        assert.deepEqual([user.status, (await user.json()).error_code], [403, "bad_jwt"], name);
      }
      const own = (issuer: string) => createTokens({ issuer, signingKey, jwtSecret: "x" });
      const elsewhere = await own("http://elsewhere/auth/v1");
      assert.equal(
        (await ask("/rest/v1/notes", await elsewhere.sign({ ...claims, iss: "http://elsewhere/auth/v1" }))).status,
        401,
      );
      const expired = await (await own(`${url}/auth/v1`)).sign({ ...claims, exp: past });
      const rest = await ask("/rest/v1/notes", expired);
      assert.deepEqual([rest.status, (await rest.json()).code], [401, "PGRST303"]);
      const user = await ask("/auth/v1/user", expired);
      assert.deepEqual([user.status, (await user.json()).error_code], [403, "bad_jwt"]);
    });

    await test.step("a banned user cannot sign in, and can when the ban ends", async () => {
      const id = (await ada.auth.getUser()).data.user!.id;
      const banned = await admin.auth.admin.updateUserById(id, { ban_duration: "24h" });
      assert.ok(banned.data.user?.banned_until);
      const refused = await client().auth.signInWithPassword({ email: "ada@example.com", password });
      assert.equal(refused.error?.code, "user_banned");
      await admin.auth.admin.updateUserById(id, { ban_duration: "none" });
      assert.equal((await client().auth.signInWithPassword({ email: "ada@example.com", password })).error, null);
      assert.equal((await db.query("select from auth.users where banned_until is not null")).length, 0);
    });
  }));
