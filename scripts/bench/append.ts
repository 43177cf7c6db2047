import postgres, { type Sql } from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import { claimsOf } from "./clinic.ts";
import { type Context, type Figure, median, percent, type Row } from "./figure.ts";
import { pgbench } from "./pgbench.ts";

const bar = 0.6;
const loads = [1, 8];
const size = 100;
/** Each client has batches of its own, so that nobody waits for another's heads. */
const batchesEach = 16;

const organization = "'00000000-0000-4000-8000-000000000001'";
const data = `'{"service_id": "00000000-0000-4000-8000-000000000003", "status": "booked", "party_size": 1}'`;
const columns =
  `(id, organization_id, aggregate_type, aggregate_id, version, type, data, actor_id, actor_kind, correlation_id)`;
const row = (aggregate: string) =>
  `gen_random_uuid(), ${organization}, 'invoice', ${aggregate}, 1, 'invoice.paid', ${data}, ` +
  `'00000000-0000-4000-8000-000000000002', 'user', gen_random_uuid()`;
/** The events with the heads of their streams: all that appending them writes into the log. */
const withHeads = (insert: string) =>
  `with e as (${insert} returning aggregate_id) ` +
  `insert into core.streams as s (aggregate_id, organization_id, aggregate_type, version) ` +
  `select e.aggregate_id, ${organization}, 'invoice', 1 from e ` +
  `on conflict (aggregate_id) do update set version = s.version + 1;`;
const pick = `\\set batch :client_id * ${batchesEach} + random(0, ${batchesEach - 1})\n`;
const batch = "from bench.batches b where b.n = :batch";

/** What is appended by whom, and what the same rows cost as bare inserts into the same table. */
const kinds = {
  one: {
    name: "append_event",
    events: 1,
    before: "",
    bare: `insert into core.events ${columns} values (${row("gen_random_uuid()")})`,
    script:
      `select core.append_event(${organization}, 'appointment', gen_random_uuid(), 'appointment.booked', ${data});`,
  },
  batch: {
    name: `append_events, batches of ${size}`,
    events: size,
    before: pick,
    bare: `insert into core.events ${columns} select ${row("r.aggregate_id")} from bench.rows r where r.n = :batch`,
    script: `${pick}select core.append_events(${organization}, b.events) ${batch};`,
  },
} as const;

/** Beside the promise: through the command that others call, with permission, catalogue, schema and audit. */
const published = {
  one: `${pick}select public.publish_events(o.id, jsonb_build_array(jsonb_build_object('type', 'invoice.paid', ` +
    `'aggregate_id', gen_random_uuid(), 'data', ${data}::jsonb))) from bench.organization o;`,
  batch:
    `${pick}select public.publish_events(o.id, b.published) from bench.organization o, bench.batches b where b.n = :batch;`,
};

const prepare = `
  create schema bench;
  create table bench.organization (id uuid);
  create table bench.batches (n int primary key, events jsonb, published jsonb);
  alter table bench.batches alter events set storage external, alter published set storage external;
  create table bench.rows (n int, aggregate_id uuid);
  insert into bench.rows select n, gen_random_uuid() from generate_series(0, ${
  batchesEach * 8 - 1
}) n, generate_series(1, ${size});
  create index on bench.rows (n);
  insert into bench.batches
  select n,
    jsonb_agg(jsonb_build_object('type', 'invoice.paid', 'aggregate_type', 'invoice', 'aggregate_id', aggregate_id, 'data', ${data}::jsonb)),
    jsonb_agg(jsonb_build_object('type', 'invoice.paid', 'aggregate_id', gen_random_uuid(), 'data', ${data}::jsonb))
  from bench.rows group by n;
  grant usage on schema bench to authenticated;
  grant select on all tables in schema bench to authenticated;
  analyze bench.rows, bench.batches;`;

/** An organization that publishes invoices, and its owner. */
async function makePublisher(sql: Sql): Promise<string> {
  const [{ id }] = await sql<[{ id: string }]>`
    insert into auth.users (id, email, email_confirmed_at) values (gen_random_uuid(), 'owner@example.test', now()) returning id`;
  const schema = {
    type: "object",
    properties: {
      service_id: { type: "string", format: "uuid" },
      status: { enum: ["booked", "cancelled"] },
      party_size: { type: "integer", minimum: 1 },
    },
    required: ["service_id", "status"],
    additionalProperties: false,
  };
  await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${claimsOf(id)}, true), set_config('role', 'authenticated', true)`;
    const [{ made }] = await tx<[{ made: string }]>`
      select public.create_organization('Shop', 'shop', 'shop', 'UTC') ->> 'id' as made`;
    await tx`select public.declare_event_type(${made}, 'invoice.paid', ${tx.json(schema)})`;
    await tx`select set_config('role', 'none', true)`;
    await tx`insert into bench.organization values (${made})`;
  });
  return id;
}

interface Round {
  /** The rows of the events alone. */
  readonly events: number;
  /** Those of the events and of their heads. */
  readonly bare: number;
  readonly rate: number;
}

async function measure({ pgbench: command, quick }: Context): Promise<Row[]> {
  if (!command) return [{ figure: "append", measured: "skipped: needs pgbench, of PostgreSQL's client programs" }];
  const [rounds, seconds] = quick ? [1, 2] : [5, 3];
  return await withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await sql.unsafe(prepare);
    const owner = await makePublisher(sql);
    await sql.end();
    const settings = {
      "request.jwt.claims": claimsOf(owner),
      "request.headers": '{"x-request-id":"0192f0a0-0000-7000-8000-000000000001","user-agent":"bench"}',
    };
    const rows: Row[] = [];
    for (const clients of loads) {
      for (const [key, { name, events, before, bare, script }] of Object.entries(kinds)) {
        const seen: Round[] = [];
        const through: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const load = { clients, seconds, settings };
          seen.push({
            events: await pgbench(command, url, { ...load, script: `${before}${bare};` }),
            bare: await pgbench(command, url, { ...load, script: before + withHeads(bare) }),
            rate: await pgbench(command, url, { ...load, script }),
          });
          const asUser = { ...settings, role: "authenticated" };
          const publish = published[key as keyof typeof published];
          through.push(await pgbench(command, url, { clients, seconds, settings: asUser, script: publish }));
        }
        rows.push(...sharesOf(`${name}, ${clients} ${clients === 1 ? "client" : "clients"}`, events, seen));
        const rate = Math.round(median(through) * events).toLocaleString("en");
        rows.push({ figure: `the same through publish_events, its schema checked`, measured: `${rate} events/s` });
      }
    }
    return rows;
  });
}

function sharesOf(name: string, events: number, rounds: readonly Round[]): Row[] {
  const share = (of: "events" | "bare") => median(rounds.map((round) => round.rate / round[of]));
  const rate = (of: keyof Round) => Math.round(median(rounds.map((round) => round[of])) * events).toLocaleString("en");
  return [
    {
      figure: `${name}, of bare inserts of the same rows`,
      bar: `>= ${percent(bar)}`,
      measured: `${percent(share("bare"))} (${rate("rate")} of ${rate("bare")} events/s)`,
      met: share("bare") >= bar,
    },
    {
      figure: "of bare inserts without the heads of the streams",
      measured: `${percent(share("events"))} (of ${rate("events")} events/s)`,
    },
  ];
}

export const append: Figure = {
  name: "append",
  about: "appending events, beside bare inserts into the log",
  run: measure,
};
