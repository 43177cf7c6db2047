import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Sql, TransactionSql } from "postgres";
import { as, codeOf, nativeTest, signUp } from "./server.ts";

/** One transaction as PostgREST runs it: the platform's with its secret key, or whoever shows these headers. */
const request = <T>(sql: Sql, role: string, headers: Record<string, string>, run: (tx: TransactionSql) => Promise<T>) =>
  sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify({ role })}, true),
      set_config('request.headers', ${JSON.stringify(headers)}, true), set_config('role', ${role}, true)`;
    await tx`select core.before_request()`;
    return await run(tx);
  }) as Promise<T>;

async function clinic(sql: Sql) {
  const owner = await signUp(sql, "owner@example.com");
  const [row] = await as(
    sql,
    owner,
    (tx) => tx`select public.create_organization('Clinic', 'clinic', 'clinic', 'UTC') ->> 'id' as id`,
  );
  // What is measured here is not how many requests a minute may have.
  await sql`update core.rate_tiers set max_requests = 1000000, burst = 1000000`;
  return { owner, organization: row!.id as string };
}

nativeTest(
  "a key that is revoked while it is used: nobody waits for ever, and it opens nothing afterwards",
  async (sql) => {
    const { owner, organization } = await clinic(sql);
    for (let round = 0; round < 40; round++) {
      const [{ made }] = await as(sql, owner, (tx) =>
        tx<[{ made: { id: string; key: string } }]>`
        select public.create_api_key(${organization}, 'Till', '{organization.manage}') as made`);
      const use = () =>
        codeOf(
          request(sql, "anon", { "x-api-key": made.key, "x-forwarded-for": "192.0.2.1" }, (tx) =>
            tx`select public.update_organization(${organization}, ${`Clinic ${Math.random()}`})`),
        );
      const revoke = () => codeOf(as(sql, owner, (tx) => tx`select public.revoke_api_key(${made.id})`));
      const outcomes = await Promise.all([use(), use(), use(), revoke(), use(), use(), revoke(), use(), use()]);
      assert.deepEqual(outcomes.filter((code) => !["ok", "invalid_api_key"].includes(code)), []);
      assert.equal(await use(), "invalid_api_key");
    }
  },
);

nativeTest("functions that make a signing key at once sign with one", async (sql) => {
  const offer = (kid: string) =>
    request(sql, "service_role", {}, async (tx) => {
      const [row] =
        await tx`select public.store_service_signing_key(${kid}, '{"x": "1", "y": "2"}', '{"d": "3"}') ->> 'kid' as kid`;
      return row!.kid;
    });
  const kids = await Promise.all(Array.from({ length: 16 }, (_, at) => offer(`key-${at}`)));
  assert.equal(new Set(kids).size, 1);
  const secrets = await sql`select name from vault.secrets where name like 'service_signing_key_%'`;
  assert.deepEqual(secrets.map(({ name }) => name), [`service_signing_key_${kids[0]}`]);
});

nativeTest("a grant that is taken back while tokens are issued leaves none", async (sql) => {
  const { owner, organization } = await clinic(sql);
  const [{ service }] = await request(
    sql,
    "service_role",
    {},
    (tx) =>
      tx<[{ service: { client_id: string; client_secret: string } }]>`
      select public.register_service('{"name": "scores", "version": "1", "endpoint": "https://scores.test"}') as service`,
  );
  let serial = 0;
  const issue = async () => {
    const token = `token-${serial++}`;
    const outcome = await codeOf((async () => {
      const [{ id }] = await request(
        sql,
        "service_role",
        {},
        (tx) =>
          tx<[{ id: string }]>`select public.issue_service_token(
          ${service.client_id}, ${service.client_secret}, ${organization}) ->> 'id' as id`,
      );
      const hash = createHash("sha256").update(token).digest("hex");
      await request(sql, "service_role", {}, (tx) => tx`select public.seal_service_token(${id}, ${hash})`);
    })());
    return { token, outcome };
  };
  for (let round = 0; round < 8; round++) {
    await as(sql, owner, (tx) => tx`select public.grant_service(${service.client_id}, ${organization}, '{}')`);
    const ungrant = () =>
      as(sql, owner, (tx) => tx`select public.ungrant_service(${service.client_id}, ${organization})`);
    const [one, two, , three, four] = await Promise.all([issue(), issue(), ungrant(), issue(), issue()]);
    for (const { token, outcome } of [one, two, three, four]) {
      assert.ok(["ok", "conflict", "service_not_granted"].includes(outcome), outcome);
      const shown = request(sql, "anon", { "x-service-token": token }, (tx) => tx`select 1`);
      assert.equal(await codeOf(shown), "invalid_service_token", `${round}: ${outcome}`);
    }
  }
});
