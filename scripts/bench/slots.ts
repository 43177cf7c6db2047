import postgres, { type Sql } from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import { claimsOf, makeClinic, slotAt } from "./clinic.ts";
import type { Context, Figure, Row } from "./figure.ts";

const sizes = [{ resources: 1, bar: 3 }, { resources: 10, bar: 15 }, { resources: 50, bar: 100 }];
const names = Array.from({ length: 50 }, (_, n) => `Person ${n + 1}`);
const busyRanges = 200;
const days = 30;

/** Claims every third half-hour of ten hours a day, on other days for each: 200 in the month, none of them touching. */
async function keepBusy(sql: Sql): Promise<void> {
  await sql`
    insert into calendar.claims (resource_id, during, kind, owner_id)
    select r.id, tstzrange(start, start + interval '30 minutes'), 'appointment', gen_random_uuid()
    from (select id, row_number() over (order by id) as place from public.resources) r
    cross join generate_series(0, ${busyRanges - 1}) n
    cross join lateral (
      select ${
    slotAt(1, 0)
  }::timestamptz + n / 7 * interval '1 day' + n % 7 * interval '90 minutes' + (r.place + n / 7) % 2 * interval '30 minutes' as start
    ) s`;
  await sql`analyze`;
}

/** The median of many runs by the server's clock, after a warm-up. */
async function millisecondsOf(sql: Sql, query: string, runs: number): Promise<number> {
  const [row] = await sql.unsafe<[{ median: number }]>("select pg_temp.median_ms($1, $2) as median", [query, runs]);
  return row.median;
}

const stopwatch = `
  create function pg_temp.median_ms(query text, runs integer) returns float8 language plpgsql as $$
  declare
    times float8[];
    began timestamptz;
    answers bigint;
  begin
    for run in 1 .. runs + 5 loop
      began := clock_timestamp();
      execute query into answers;
      if run > 5 then times := times || extract(epoch from clock_timestamp() - began)::float8 * 1000; end if;
      if answers = 0 then raise exception 'no slots'; end if;
    end loop;
    return (select percentile_cont(0.5) within group (order by t) from unnest(times) t);
  end $$`;

function measure({ quick }: Context): Promise<Row[]> {
  return withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    try {
      const clinic = await makeClinic(sql, {
        customers: 1,
        resources: names.map((name) => ({ name, kind: "staff" })),
        services: sizes.map(({ resources }) => ({
          name: `${resources}`,
          any: names.slice(0, resources),
          terms: { slot_interval_minutes: 15 },
        })),
      });
      await keepBusy(sql);
      await sql.unsafe(stopwatch);
      await sql`select set_config('request.jwt.claims', ${claimsOf(clinic.customers[0]!)}, false)`;
      const rows: Row[] = [];
      for (const { resources, bar } of sizes) {
        const from = slotAt(1, -16).toISOString();
        const to = slotAt(1 + days, -16).toISOString();
        const ids = names.slice(0, resources).map((name) => clinic.resources[name]!);
        const queries = {
          "calendar.slots":
            `select count(*) from calendar.slots(array(select generate_series(1, ${resources})), '{${ids}}',
            tstzrange('${from}', '${to}'), '30 minutes', '15 minutes', '0', '0')`,
          "public.available_slots": `select count(*) from public.available_slots('${
            clinic.services[resources]
          }', '${from}', '${to}')`,
        };
        for (const [name, query] of Object.entries(queries)) {
          const ms = await millisecondsOf(sql, query, quick ? 11 : 61);
          rows.push({
            figure: `${name}, ${days} days at 15 min, ${busyRanges} busy ranges, ${resources} resource${
              resources > 1 ? "s" : ""
            }`,
            bar: `<= ${bar} ms`,
            measured: `${ms.toFixed(2)} ms median`,
            met: ms <= bar,
          });
        }
      }
      return rows;
    } finally {
      await sql.end({ timeout: 5 });
    }
  });
}

export const slots: Figure = { name: "slots", about: "listing free slots, by the server's clock", run: measure };
