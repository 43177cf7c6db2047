import assert from "node:assert/strict";
import { advance } from "../../shared/sagas/advance.ts";
import { Problem } from "../../shared/http/problem.ts";
import { defineSaga } from "../../shared/sagas/definition.ts";
import { publishPolicy } from "../../supabase/functions/platform/sagas/publish-policy.ts";
import { sqlBackend } from "../sagas/sql-backend.ts";
import { as, nativeTest, signUp } from "./server.ts";

const members = 1_250;
const announce = 3;

/** Fails when all have been told. */
const failing = defineSaga({
  ...publishPolicy,
  steps: publishPolicy.steps.map((step, at) =>
    at !== announce ? step : { ...step, action: () => Promise.reject(new Problem("invalid_input")) }
  ),
});

nativeTest(
  "more members than one slice takes are all told once, and all told nothing when it is undone",
  async (sql) => {
    const owner = await signUp(sql, "owner@example.test");
    await sql`insert into auth.users (id, email, email_confirmed_at)
    select gen_random_uuid(), n || '@example.test', now() from generate_series(2, ${members}) n`;
    const { organization, policy } = await as(sql, owner, async (tx) => {
      const [founded] = await tx`select public.create_organization('Many', 'many', 'clinic', 'UTC') ->> 'id' as id`;
      const [written] = await tx`select public.create_policy(${founded!.id}, 'Rules', 'One') ->> 'id' as id`;
      return { organization: founded!.id as string, policy: written!.id as string };
    });
    await sql`insert into public.memberships (organization_id, user_id, role)
    select ${organization}, u.id, 'customer' from auth.users u where u.id <> ${owner}`;

    const backend = sqlBackend(sql);
    const { signal } = new AbortController();
    const run = async (definition: typeof publishPolicy) => {
      const saga_id = await as(sql, owner, async (tx) => {
        const [saga] = await tx`select public.publish_policy(${policy}) ->> 'id' as id`;
        return saga!.id as string;
      });
      for (let turn = 1; turn < 20; turn++) {
        await advance({ saga_id, turn }, {
          definitions: [definition],
          backend,
          signal,
        });
      }
      const [row] = await sql`
      select s.status, s.turn::int as turns, (select t.slice from core.saga_steps t where t.saga_id = s.id and t.name = 'notify') as slices,
        (select count(distinct n.user_id)::int from public.notifications n where n.batch_id = s.id) as told,
        (select count(*)::int from public.notifications n where n.batch_id = s.id) as notifications
      from core.sagas s where s.id = ${saga_id}`;
      return { ...row };
    };
    assert.deepEqual(await run(failing), { status: "undone", turns: 12, slices: 2, told: 0, notifications: 0 });
    assert.deepEqual(await run(publishPolicy), {
      status: "done",
      turns: 8,
      slices: 2,
      told: members,
      notifications: members,
    });

    // All of it goes with its organization.
    await sql`delete from public.organizations where id = ${organization}`;
    const [left] = await sql`select (select count(*)::int from core.sagas) + (select count(*)::int from public.policies)
    + (select count(*)::int from public.notifications) as left`;
    assert.equal(left!.left, 0);
  },
);
