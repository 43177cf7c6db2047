import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { as, codeOf, nativeTest, signUp } from "./server.ts";

const found = (sql: Sql, userId: string, slug: string, key: string | null = null) =>
  as(sql, userId, async (tx) => {
    const [{ answer }] = await tx<[{ answer: { id: string } }]>`
      select public.create_organization('Clinic', ${slug}, 'clinic', 'UTC', idempotency_key => ${key}) as answer`;
    return answer;
  });

nativeTest("callers with one idempotency key at once get one answer", async (sql) => {
  const ada = await signUp(sql, "ada@example.com");
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => found(sql, ada, `clinic-${round}`, `key-${round}`)),
    );
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  }
  const [{ count }] = await sql<[{ count: number }]>`select count(*)::int as count from public.organizations`;
  assert.equal(count, 5);
});

nativeTest("two owners who leave or demote each other at once leave one", async (sql) => {
  const ada = await signUp(sql, "ada@example.com");
  const bob = await signUp(sql, "bob@example.com");
  const leave = (organization: string, user: string) =>
    as(sql, user, (tx) => tx`select public.remove_member(${organization}, ${user})`);
  const demote = (organization: string, user: string, other: string) =>
    as(sql, user, (tx) => tx`select public.set_member_role(${organization}, ${other}, 'admin')`);
  const erase = (organization: string, user: string) =>
    sql`delete from public.memberships where organization_id = ${organization} and user_id = ${user}`;

  for (let round = 0; round < 30; round++) {
    const { id } = await found(sql, ada, `clinic-${round}`);
    await sql`insert into public.memberships (organization_id, user_id, role) values (${id}, ${bob}, 'owner')`;
    const rivals = [
      () => [leave(id, ada), leave(id, bob)],
      () => [demote(id, ada, bob), demote(id, bob, ada)],
      () => [erase(id, ada), erase(id, bob)],
    ][round % 3]!;
    const outcomes = await Promise.all(rivals().map(codeOf));
    assert.equal(outcomes.filter((code) => code === "ok").length, 1, `${round}: ${outcomes}`);
    const owners = await sql`select user_id from public.memberships where organization_id = ${id} and role = 'owner'`;
    assert.equal(owners.length, 1);
  }
});

nativeTest("of many who append to one version, one succeeds", async (sql) => {
  const ada = await signUp(sql, "ada@example.com");
  const append = (expected: number) =>
    codeOf(sql`select core.append_event(null, 'profile', ${ada}, 'profile.updated', '{}', ${expected})`);
  for (let version = 0; version < 10; version++) {
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => append(version)));
    assert.deepEqual(outcomes.toSorted(), ["ok", ...Array(15).fill("version_conflict")].toSorted());
  }
});
