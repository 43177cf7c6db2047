import postgres, { type Sql } from "postgres";
import { withTestDatabase } from "../testing/database.ts";
import { withStack } from "../testing/stack.ts";
import { type Context, type Figure, quantile, type Row } from "./figure.ts";

/** A receiver that answers at once, and when each event came. */
class Receiver {
  readonly at = new Map<string, number>();
  readonly #ending = new AbortController();
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, signal: this.#ending.signal },
    async (r) => {
      const id = r.headers.get("webhook-id")!;
      await r.body?.cancel();
      if (!this.at.has(id)) this.at.set(id, performance.now());
      return new Response(null, { status: 204 });
    },
  );

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  async until(count: number, seconds: number): Promise<void> {
    for (const end = performance.now() + seconds * 1000; this.at.size < count;) {
      if (performance.now() > end) throw new Error(`only ${this.at.size} of ${count} events arrived in ${seconds} s`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#server.finished;
  }
}

async function newWebhook(sql: Sql, url: string, members: number): Promise<string> {
  const slug = `bench-${crypto.randomUUID().slice(0, 8)}`;
  return await sql.begin(async (own) => {
    await own`select set_config('request.jwt.claims', '{"role": "service_role"}', true)`;
    const [made] = await own`select public.create_organization('Bench', ${slug}, 'clinic', 'UTC') ->> 'id' as id`;
    const webhook = { name: "bench", types: ["organization.updated"], url, members };
    await own`select public.create_webhook(${made!.id}, ${own.json(webhook)})`;
    return made!.id as string;
  });
}

/** Appends events of as many aggregates in one transaction; the moment of its commit. */
async function publish(sql: Sql, organization: string, events: number): Promise<number> {
  await sql`
    select core.append_event(${organization}, 'organization', gen_random_uuid(), 'organization.updated', '{}')
    from generate_series(1, ${events}::int)`;
  return performance.now();
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function latencies(sql: Sql, events: number): Promise<number[]> {
  const receiver = new Receiver();
  const organization = await newWebhook(sql, receiver.url, 1);
  const taken: number[] = [];
  for (let n = 0; n < events + 3; n++) {
    const committed = await publish(sql, organization, 1);
    await receiver.until(n + 1, 20);
    // The first ones start the worker.
    if (n >= 3) taken.push([...receiver.at.values()].at(-1)! - committed);
    await wait(50 + Math.random() * 150);
  }
  await receiver.close();
  return taken;
}

/** Deliveries a second, of a backlog that commits at once while the worker is there. */
async function rate(sql: Sql, members: number, events: number): Promise<number> {
  const receiver = new Receiver();
  const organization = await newWebhook(sql, receiver.url, members);
  await publish(sql, organization, 1);
  await receiver.until(1, 20);
  const committed = await publish(sql, organization, events);
  await receiver.until(events + 1, 120);
  const seconds = (Math.max(...receiver.at.values()) - committed) / 1000;
  await receiver.close();
  return events / seconds;
}

async function measure({ server, quick }: Context): Promise<Row[]> {
  return await withTestDatabase(server, (database) =>
    withStack(database, async () => {
      const sql = postgres(database, { max: 2, onnotice: () => {} });
      try {
        const taken = await latencies(sql, quick ? 20 : 200);
        const rows: Row[] = [{
          figure: "commit to webhook received, one event at a time",
          measured: `p50 ${quantile(taken, 0.5).toFixed(0)} ms, p95 ${quantile(taken, 0.95).toFixed(0)} ms`,
        }];
        await wait(quick ? 0 : 15_000);
        const [idle] = quick ? [] : [await latenciesAfterIdle(sql)];
        if (idle) rows.push({ figure: "the same, the first event after a pause", measured: `${idle.toFixed(0)} ms` });
        for (const members of [1, 8]) {
          const events = quick ? 400 : 4_000;
          const lanes = members === 1 ? "one lane" : `${members} lanes`;
          const measured = `${Math.round(await rate(sql, members, events))} a second`;
          rows.push({ figure: `a backlog of ${events} events to a fast receiver, ${lanes}`, measured });
        }
        return rows;
      } finally {
        await sql.end({ timeout: 5 });
      }
    }));
}

/** Nobody is at work: the pump calls a worker first. */
async function latenciesAfterIdle(sql: Sql): Promise<number> {
  const receiver = new Receiver();
  const organization = await newWebhook(sql, receiver.url, 1);
  const committed = await publish(sql, organization, 1);
  await receiver.until(1, 20);
  await receiver.close();
  return [...receiver.at.values()][0]! - committed;
}

export const webhooks: Figure = { name: "webhooks", about: "delivery of webhooks: latency and rate", run: measure };
