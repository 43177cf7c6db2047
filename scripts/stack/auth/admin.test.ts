import assert from "node:assert/strict";
import { KEYS } from "../keys.ts";
import { openPlatform } from "../platform-testing.ts";
import { serveAuth } from "./testing.ts";

Deno.test("the admin API of users", { sanitizeExit: false }, async (test) => {
  await using platform = await openPlatform();
  await using server = await serveAuth(platform);
  const { admin } = server.client(KEYS.secret).auth;
  const email = "ada@example.com";
  let id = "";

  await test.step("creates a user and answers with it", async () => {
    const { data, error } = await admin.createUser({ email, password: "secret123", phone: "+4915112345678" });
    assert.equal(error, null);
    id = data.user!.id;
    assert.equal(data.user!.email_confirmed_at, undefined);
    assert.deepEqual(data.user!.identities!.map(({ provider }) => provider).sort(), ["email", "phone"]);
    assert.deepEqual((await admin.getUserById(id)).data.user, data.user);
  });

  await test.step("an address or a number is taken once", async () => {
    assert.equal((await admin.createUser({ email: "ADA@example.com" })).error?.code, "email_exists");
    assert.equal((await admin.createUser({ phone: "+4915112345678" })).error?.code, "phone_exists");
    const other = await admin.createUser({ email: "eva@example.com", id: crypto.randomUUID() });
    assert.equal((await admin.updateUserById(other.data.user!.id, { email })).error?.code, "email_exists");
  });

  await test.step("nonsense is refused with its reason", async () => {
    assert.equal((await admin.createUser({})).error?.code, "validation_failed");
    assert.equal((await admin.createUser({ email: "nobody" })).error?.code, "validation_failed");
    assert.equal((await admin.createUser({ email: "a@b.co", password: "short" })).error?.code, "weak_password");
    assert.equal((await admin.updateUserById(id, { ban_duration: "soon" })).error?.code, "validation_failed");
    const unknown = crypto.randomUUID();
    assert.equal((await admin.getUserById(unknown)).error?.code, "user_not_found");
    assert.equal((await admin.updateUserById(unknown, { role: "x" })).error?.code, "user_not_found");
    assert.equal((await admin.deleteUser(unknown)).error?.code, "user_not_found");
    const headers = { apikey: KEYS.secret };
    const ask = (path: string, init?: RequestInit) => fetch(`${server.url}/auth/v1/admin${path}`, { headers, ...init });
    for (const path of ["/users/1", "/users?page=-1", "/users?per_page=x"]) assert.equal((await ask(path)).status, 400);
    assert.equal((await ask("/users", { method: "POST", body: "[" })).status, 400);
    assert.equal((await admin.updateUserById(id, { user_metadata: { name: "\0" } })).error?.code, "bad_json");
    assert.equal((await ask("/users", { method: "PATCH" })).status, 405);
    assert.equal((await ask("/generate_link", { method: "POST" })).status, 404);
  });

  await test.step("changes what is given: metadata is merged, null removes a key", async () => {
    await admin.updateUserById(id, {
      app_metadata: { role: "super_admin", plan: "x" },
      user_metadata: { name: "Ada" },
    });
    const { data } = await admin.updateUserById(id, {
      app_metadata: { plan: null },
      password: "another secret",
      email: "countess@example.com",
      email_confirm: true,
    });
    assert.equal(data.user!.app_metadata.role, "super_admin");
    assert.ok(!("plan" in data.user!.app_metadata));
    assert.deepEqual(data.user!.user_metadata, { name: "Ada" });
    assert.equal(
      data.user!.identities!.find(({ provider }) => provider === "email")!.identity_data!.email,
      "countess@example.com",
    );
    const signIn = (email: string) => server.client().auth.signInWithPassword({ email, password: "another secret" });
    assert.equal((await signIn("countess@example.com")).error, null);
    assert.equal((await signIn(email)).error?.code, "invalid_credentials");
  });

  await test.step("lists in pages", async () => {
    const { data, error } = await admin.listUsers({ page: 1, perPage: 1 });
    assert.equal(error, null);
    assert.deepEqual(data, { ...data, total: 2, nextPage: 2, lastPage: 2 });
    assert.equal(data.users.length, 1);
    assert.equal((await admin.listUsers({ page: 2, perPage: 1 })).data.users[0]!.id, id);
  });

  await test.step("takes a secret key only: no publishable key, no user token", async () => {
    const user = server.client();
    const { data } = await user.auth.signInWithPassword({ email: "countess@example.com", password: "another secret" });
    const ask = (headers: Record<string, string>) => fetch(`${server.url}/auth/v1/admin/users`, { headers });
    const bearer = `Bearer ${data.session!.access_token}`;
    const cases: [Record<string, string>, number, string][] = [
      [{}, 401, "no_authorization"],
      [{ apikey: "sb_secret_made_up" }, 401, "no_authorization"],
      [{ apikey: data.session!.access_token, authorization: bearer }, 401, "no_authorization"],
      [{ apikey: KEYS.publishable }, 403, "not_admin"],
      [{ apikey: KEYS.publishable, authorization: bearer }, 403, "not_admin"],
      [{ apikey: KEYS.publishable, authorization: `${bearer}x` }, 403, "bad_jwt"],
    ];
    for (const [headers, status, code] of cases) {
      const response = await ask(headers);
      assert.deepEqual([response.status, (await response.json()).error_code], [status, code]);
    }
  });

  await test.step("deletes a user with its sessions; its token still verifies until it expires", async () => {
    assert.equal((await admin.deleteUser(id)).error, null);
    assert.equal((await platform.db.query("select from auth.sessions")).length, 0);
    assert.equal((await admin.getUserById(id)).error?.code, "user_not_found");
  });
});
