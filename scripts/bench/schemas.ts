import postgres, { type Sql } from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import { type Context, type Figure, median, type Row } from "./figure.ts";

const line = {
  type: "object",
  required: ["sku", "amount"],
  properties: { sku: { type: "string" }, amount: { type: "integer" } },
};
const invoice = {
  type: "object",
  required: ["invoice_id", "amount", "currency"],
  additionalProperties: false,
  properties: {
    invoice_id: { type: "string", format: "uuid" },
    amount: { type: "integer", minimum: 0 },
    currency: { enum: ["EUR", "USD"] },
    paid_at: { type: "string", format: "date-time" },
    note: { type: ["string", "null"], maxLength: 200 },
    lines: { type: "array", items: { $ref: "#/$defs/line" } },
  },
  $defs: { line },
};
const five = {
  invoice_id: "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77",
  amount: 1200,
  currency: "EUR",
  paid_at: "2027-03-01T09:00:00+00:00",
  note: "by card",
};
const lines = Array.from({ length: 20 }, (_, n) => ({ sku: `sku-${n}`, amount: n }));
const organization = "5eed0000-0000-4000-8000-000000000001";

/** Microseconds of one call, in a loop on the server: no round trip is in it. */
async function microseconds(sql: Sql, call: string, data: object, loops: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const [row] = await sql.unsafe(`select pg_temp.loops($1, $2::text::jsonb, $3) as us`, [
      call,
      JSON.stringify(data),
      loops,
    ]);
    times.push(Number(row!.us));
  }
  return median(times);
}

const fill = `
  insert into public.organizations (id, slug, name, kind, time_zone) values ('${organization}', 'shop', 'Shop', 'shop', 'UTC');
  insert into public.event_types (organization_id, type, aggregate_type, schema)
  values ('${organization}', 'invoice.paid', 'invoice', '${JSON.stringify(invoice)}');
  create function pg_temp.loops(call text, data jsonb, loops int) returns numeric language plpgsql as $$
  declare
    schema jsonb := (select t.schema || '{}' from public.event_types t where t.type = 'invoice.paid');
    started timestamptz := clock_timestamp();
  begin
    for i in 1..loops loop
      if call = 'schema' then
        perform core.schema_faults_at(schema, schema, data, 0);
      else
        perform core.check_event('${organization}', 'invoice.paid', 1, data);
      end if;
    end loop;
    return extract(epoch from clock_timestamp() - started) * 1e6 / loops;
  end $$;`;

const measure = ({ quick }: Context): Promise<Row[]> =>
  withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    try {
      await sql.unsafe(fill);
      const loops = quick ? 500 : 10_000;
      const rows: [string, string, object][] = [
        ["data of five fields against its schema", "schema", five],
        ["the same with twenty lines of two fields", "schema", { ...five, lines }],
        ["an event of five fields, its type looked up", "event", five],
      ];
      const measured = await Promise.all(
        rows.map(async ([figure, call, data]) => ({ figure, us: await microseconds(sql, call, data, loops) })),
      );
      return measured.map(({ figure, us }) => ({ figure, measured: `${us.toFixed(0)} µs` }));
    } finally {
      await sql.end();
    }
  });

export const schemas: Figure = { name: "schemas", about: "the check of what is published", run: measure };
