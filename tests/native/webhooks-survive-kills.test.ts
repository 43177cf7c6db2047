import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { KEYS } from "../../scripts/stack/keys.ts";
import { withStack } from "../../scripts/testing/stack.ts";
import { nativeTest, sleep } from "./server.ts";

const kills = 12;
const events = 600;
const aggregates = 8;

interface Request {
  id: string;
  aggregate: string;
  version: number;
  body: string;
}

/** Takes deliveries, a few milliseconds each, and tells what came. */
function receiver(requests: Request[]) {
  const ending = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, signal: ending.signal },
    async (request) => {
      const body = await request.text();
      const { id, aggregateid, aggregateversion } = JSON.parse(body);
      assert.equal(request.headers.get("webhook-id"), id);
      requests.push({ id, aggregate: aggregateid, version: aggregateversion, body });
      await sleep(Math.random() * 8);
      return new Response();
    },
  );
  const close = async () => {
    ending.abort();
    await server.finished;
  };
  return { url: `http://127.0.0.1:${server.addr.port}/`, close };
}

/** An organization with a webhook, and news of some aggregates. Nobody but the test calls workers. */
async function prepare(sql: Sql, url: string): Promise<void> {
  await sql`delete from vault.secrets where name = 'project_url'`;
  const ids = Array.from({ length: aggregates }, () => crypto.randomUUID());
  const organization = await sql.begin(async (own) => {
    await own`select set_config('request.jwt.claims', '{"role": "service_role"}', true)`;
    const [made] = await own`select public.create_organization('Kills', 'kills', 'clinic', 'UTC') ->> 'id' as id`;
    await own`select public.create_webhook(${made!.id}, ${
      own.json({ name: "kills", types: ["organization.updated"], url })
    })`;
    return made!.id;
  });
  for (let n = 0; n < events; n++) {
    await sql`select core.append_event(${organization}, 'organization', ${ids[
      n % aggregates
    ]!}, 'organization.updated', '{}')`;
  }
}

const worker = (url: string) =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", "tests/native/webhook-worker.ts", url, KEYS.jobs],
    stdout: "null",
    stderr: "inherit",
  }).spawn();

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has left by itself.
  }
  await child.status;
}

nativeTest(
  "workers of webhooks that are killed lose nothing; what comes again is the same",
  (sql, url) =>
    withStack(url, async (stack) => {
      const requests: Request[] = [];
      const target = receiver(requests);
      await prepare(sql, target.url);
      const distinct = () => new Set(requests.map(({ id }) => id)).size;
      for (let killed = 0; killed < kills; killed++) {
        const [child, before] = [worker(stack.url), requests.length];
        for (
          const until = Date.now() + 15_000;
          requests.length === before && distinct() < events && Date.now() < until;
        ) await sleep(1);
        await sleep(Math.random() * 60);
        await end(child);
        await sleep(200); // what it had asked for last may still commit
        // As if the time of its lease were over.
        await sql`update core.lanes set leased_until = now() where leased_until is not null`;
        await sql`update core.redeliveries set run_at = now() where run_at < 'infinity' and dead_at is null`;
      }
      const last = worker(stack.url);
      for (const until = Date.now() + 60_000; distinct() < events && Date.now() < until;) {
        await sleep(200);
        await sql`update core.redeliveries set run_at = now() where run_at < 'infinity' and dead_at is null`;
      }
      await sleep(1_000);
      await end(last);
      await target.close();

      assert.equal(distinct(), events, "each event arrived");
      assert.ok(requests.length > events, "some came twice: the kills hit deliveries");
      assert.ok(requests.length <= events + kills * 50, "no more than a claim was sent again for each kill");
      const bodies = Map.groupBy(requests, ({ id }) => id);
      for (const same of bodies.values()) assert.equal(new Set(same.map(({ body }) => body)).size, 1);
      for (const [aggregate, all] of Map.groupBy(requests, (request) => request.aggregate)) {
        const first = [...new Set(all.map(({ version }) => version))];
        assert.deepEqual(first, first.toSorted((one, other) => one - other), `the order of ${aggregate}`);
      }
    }),
);
