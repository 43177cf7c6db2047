import assert from "node:assert/strict";
import postgres from "postgres";
import { KEYS } from "../../scripts/stack/keys.ts";
import { withTestDatabase } from "../../scripts/testing/database.ts";
import { ask, type RunningStack, start } from "./running-stack.ts";

const server = Deno.env.get("DATABASE_URL");
if (!server) {
  console.log("skipped: set DATABASE_URL to a PostgreSQL 15+ server to kill a stack that publishes policies.");
}

const rounds = 3;
const policies = 6;

/** Signs in as the owner of the seed's clinic. */
async function signIn(url: string): Promise<Record<string, string>> {
  const credentials = { email: "owner@riverside.test", password: "almanac-demo" };
  const path = "/auth/v1/token?grant_type=password";
  const { answer } = await ask(url, path, { apikey: KEYS.publishable }, credentials);
  return { apikey: KEYS.publishable, authorization: `Bearer ${answer.access_token}` };
}

/** Publishes policies, and kills the stack while they are under way, sooner or later. */
async function publishUntilKilled(
  { url, child }: RunningStack,
  organization_id: string,
  patience: number,
): Promise<void> {
  try {
    const headers = await signIn(url);
    const documents = "/functions/v1/documents/policies";
    for (let n = 0; n < policies; n++) {
      const policy = { organization_id, title: `Policy ${n}`, body: "One" };
      const { answer: written } = await ask(url, documents, headers, policy);
      const { status, answer } = await ask(url, `${documents}/${written.id}/publish`, headers, {});
      assert.equal(status, 202, JSON.stringify(answer));
    }
    await new Promise((resolve) => setTimeout(resolve, patience));
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
}

Deno.test({
  name: "killed while it publishes policies: after a restart each is published and each member told once",
  ignore: !server,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withTestDatabase(server!, async (databaseUrl) => {
      const data = await Deno.makeTempDir({ prefix: "almanac-killed-" });
      const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
      let underWay = 0;
      try {
        for (let round = 0; round < rounds; round++) {
          const stack = await start(data, databaseUrl);
          const [clinic] = await sql`select id from public.organizations where slug = 'riverside-clinic'`;
          await publishUntilKilled(stack, clinic!.id, round * 400);
          const [row] = await sql`select count(*)::int as open from core.sagas where finished_at is null`;
          underWay += row!.open;
          // An hour passes: the leases of the dead are over.
          await sql`update core.jobs set leased_until = leased_until - interval '1 hour' where finished_at is null`;
          await sql`update core.sagas set leased_until = leased_until - interval '1 hour' where finished_at is null`;
        }
        assert.ok(underWay > 0, "it was killed with sagas under way");
        const { child } = await start(data, databaseUrl);
        try {
          for (const until = Date.now() + 60_000; Date.now() < until;) {
            const [row] = await sql`select count(*)::int as open from core.sagas where finished_at is null`;
            if (row!.open === 0) break;
            await new Promise((resolve) => setTimeout(resolve, 300));
          }
          const [all] = await sql`
            select (select string_agg(distinct status, ' ') from core.sagas) as sagas,
              (select count(*)::int from public.policies where status = 'published' and publication_id is null) as published,
              (select count(*)::int from public.notifications) as told,
              (select count(*)::int from core.events where type = 'policy.published') as events,
              (select count(*)::int from public.memberships m join public.organizations o on o.id = m.organization_id
                where o.slug = 'riverside-clinic') as members`;
          const expected = rounds * policies;
          assert.deepEqual({ ...all }, {
            sagas: "done",
            published: expected,
            told: expected * all!.members,
            events: expected,
            members: all!.members,
          });
        } finally {
          child.kill("SIGTERM");
          await child.status;
        }
      } finally {
        await sql.end({ timeout: 5 });
        await Deno.remove(data, { recursive: true });
      }
    }),
});
