import assert from "node:assert/strict";
import { explaining, plansOf } from "./plans.ts";
import { nativeTest, signUp } from "./server.ts";

/** 20 organizations, 400,000 events in the two months from now, 20 of each thing. Written directly: it is about reading. */
const fill = (organization: string) => `
  insert into core.events (organization_id, aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id,
    recorded_at, transaction_id)
  select case when o.n = 1 then '${organization}'::uuid else md5('organization' || o.n)::uuid end, 'invoice',
    md5(o.n || ' ' || e.n % 1000)::uuid, 1 + e.n / 1000, case when e.n % 10 = 0 then 'invoice.paid' else 'invoice.sent' end,
    '{}', 'system', gen_random_uuid(), date_trunc('month', now()) + e.n * interval '4 minutes', '100'
  from generate_series(1, 20000) e(n), generate_series(1, 20) o(n);
  insert into core.streams (aggregate_id, organization_id, aggregate_type, version)
  select md5('1 ' || n)::uuid, '${organization}', 'invoice', 20 from generate_series(0, 999) n;`;

const scansAll = /Seq Scan on events_2/;
const sorts = /(?:^|-> {2})(?:Incremental )?Sort(?: |$)/m;

nativeTest("a long log: no page reads it all, none sorts it", async (sql, url) => {
  const owner = await signUp(sql, "owner@example.test");
  const organization = crypto.randomUUID();
  await sql`insert into public.organizations (id, slug, name, kind, time_zone) values (${organization}, 'x', 'X', 'shop', 'UTC')`;
  await sql`insert into public.memberships (organization_id, user_id, role) values (${organization}, ${owner}, 'owner')`;
  const [{ cursor }] = await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify({ sub: owner })}, true)`;
    return await tx`select core.read_events_after(${organization}, null, null, 10) ->> 'cursor' as cursor`;
  }) as unknown as [{ cursor: string }];
  await sql.unsafe(fill(organization));
  // What came after the cursor: the fill stands for what was before it.
  await sql`select core.append_events(${organization}, ${
    sql.json(
      Array.from(
        { length: 50 },
        () => ({ type: "invoice.sent", aggregate_type: "invoice", aggregate_id: crypto.randomUUID() }),
      ),
    )
  })`;
  await sql.unsafe("vacuum (analyze) core.events, core.streams");
  const [middle] =
    await sql`select position from core.events where organization_id = ${organization} offset 9000 limit 1`;

  const asked = {
    "the newest": `public.list_events('${organization}')`,
    "the next page": `public.list_events('${organization}', before_position => ${middle!.position})`,
    "the oldest first": `public.list_events('${organization}', after_position => ${middle!.position})`,
    "by type": `public.list_events('${organization}', array['invoice.p*', 'invoice.paid'])`.replace("p*", "*"),
    "by time":
      `public.list_events('${organization}', since => now() + interval '5 days', until => now() + interval '9 days')`,
    "by aggregate": `public.list_events('${organization}', aggregate_id => md5('1 7')::uuid)`,
    "a stream": `public.get_stream(md5('1 7')::uuid)`,
    "a stream from the middle": `public.get_stream(md5('1 7')::uuid, 10, 5)`,
    "what is new": `public.read_events_after('${organization}', array['invoice.*'], '${cursor}', 20)`,
  };
  const log = await explaining(url);
  try {
    for (const [name, statement] of Object.entries(asked)) {
      const began = performance.now();
      for (const plan of await plansOf(log, owner, `select ${statement}`, /events_2/)) {
        assert.doesNotMatch(plan, scansAll, `${name} reads all: ${plan}`);
        assert.doesNotMatch(plan, sorts, `${name} sorts: ${plan}`);
      }
      console.log(`${name}: ${(performance.now() - began).toFixed(1)} ms`);
    }
  } finally {
    await log.session.end({ timeout: 5 });
  }
}, 2);
