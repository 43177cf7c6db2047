import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import { repositoryRoot } from "../stack/project.ts";
import { claimsOf } from "./clinic.ts";
import type { Context, Figure, Row } from "./figure.ts";
import { call } from "./server.ts";

/** 110,527 appointments of 2016 in Vitória, Brazil: for evaluation only, and no part of the project. */
const file = join(repositoryRoot, "..", "shared", "data", "noshow", "KaggleV2-May-2016.csv.xz");

const rowsACall = 1000;
const slotsADay = 48;
const zone = "America/Sao_Paulo";

interface Visit {
  readonly external_id: string;
  readonly patient: string;
  readonly place: string;
  readonly day: string;
  readonly booked_at: string;
  readonly status: "fulfilled" | "no_show";
}

async function readVisits(): Promise<Visit[]> {
  const text = await call(["xz", "-dc", file]);
  return text.trim().split("\n").slice(1).map((line) => {
    const fields = line.trim().split(",");
    return {
      patient: fields[0]!,
      external_id: fields[1]!,
      booked_at: fields[3]!,
      day: fields[4]!.slice(0, 10),
      place: fields[6]!,
      status: fields[13] === "Yes" ? "no_show" : "fulfilled",
    };
  });
}

interface Desk {
  readonly organization: string;
  readonly locations: ReadonlyMap<string, string>;
  readonly services: ReadonlyMap<string, string>;
  readonly doctors: ReadonlyMap<string, readonly string[]>;
  readonly patients: ReadonlyMap<string, string>;
}

const made = (rows: readonly unknown[]) => (rows[0] as { made: { id: string } }).made.id;

/** One organization with a place for each of the data, and as many doctors there as its fullest day needs. */
async function open(sql: Sql, visits: readonly Visit[]): Promise<Desk> {
  const owner = await newUsers(sql, ["owner"]);
  await sql`select set_config('request.jwt.claims', ${claimsOf(owner.get("owner")!)}, false)`;
  const organization = made(await sql`select public.create_organization('City', 'city', 'clinic', ${zone}) as made`);
  const [locations, services, doctors] = [
    new Map<string, string>(),
    new Map<string, string>(),
    new Map<string, string[]>(),
  ];
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "07:00", closes: "19:00" }));
  for (const [place, there] of Map.groupBy(visits, ({ place }) => place)) {
    const location = made(await sql`select public.create_location(${organization}, ${place}, ${zone}) as made`);
    const fullest = Math.max(...[...Map.groupBy(there, ({ day }) => day).values()].map(({ length }) => length));
    const ids: string[] = [];
    for (let n = 1; n <= Math.ceil(fullest / slotsADay); n += 1) {
      const id = made(
        await sql`select public.create_resource(${organization}, 'staff', ${`Doctor ${n}`}, ${zone}, location_id => ${location}) as made`,
      );
      await sql`select public.set_weekly_hours(${id}, ${sql.json(hours)})`;
      ids.push(id);
    }
    const terms = { name: `Consultation at ${place}`, duration_minutes: 15, slot_interval_minutes: 15 };
    const service = made(await sql`select public.create_service(${organization}, ${sql.json(terms)}) as made`);
    const groups = [{ name: "who", rule: "any", resource_ids: ids }];
    await sql`select public.set_service_groups(${service}, ${sql.json(groups)})`;
    locations.set(place, location);
    services.set(place, service);
    doctors.set(place, ids);
  }
  const patients = await newUsers(sql, [...new Set(visits.map(({ patient }) => patient))]);
  return { organization, locations, services, doctors, patients };
}

async function newUsers(sql: Sql, names: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; name: string }[]>`
    insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)
    select gen_random_uuid(), n || '@example.com', now(), jsonb_build_object('full_name', 'Patient ' || n) from unnest(${names as string[]}::text[]) n
    returning id, split_part(email, '@', 1) as name`;
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** The data knows the day only: doctors are filled one quarter of an hour after the other, in the order of booking. */
function linesOf(visits: readonly Visit[], { services, doctors, patients }: Desk) {
  const taken = new Map<string, number>();
  return visits.map(({ external_id, patient, place, day, booked_at, status }) => {
    const key = `${place} ${day}`;
    const n = taken.get(key) ?? 0;
    taken.set(key, n + 1);
    const starts_at = new Date(Date.parse(`${day}T10:00:00Z`) + (n % slotsADay) * 15 * 60_000).toISOString();
    const resource_id = doctors.get(place)![Math.floor(n / slotsADay)]!;
    return {
      external_id,
      service_id: services.get(place)!,
      resource_id,
      customer_id: patients.get(patient)!,
      starts_at,
      status,
      booked_at,
    };
  });
}

const stopwatch = `
  create function pg_temp.median_ms(queries text[]) returns float8 language plpgsql as $$
  declare
    times float8[];
    began timestamptz;
    query text;
    found bigint;
  begin
    foreach query in array queries || queries loop
      began := clock_timestamp();
      execute query into found;
      times := times || extract(epoch from clock_timestamp() - began)::float8 * 1000;
      if found = 0 then raise exception 'nothing is found by %', query; end if;
    end loop;
    return (select percentile_cont(0.5) within group (order by t) from unnest(times[cardinality(queries) + 1:]) t);
  end $$`;

async function median(sql: Sql, queries: readonly string[]): Promise<number> {
  const [row] = await sql<[{ ms: number }]>`select pg_temp.median_ms(${queries as string[]}::text[]) as ms`;
  return row.ms;
}

const slotQueries = ({ services }: Desk) =>
  [...services.values()].slice(0, 40).map((id) =>
    `select count(*) from public.available_slots('${id}', now() + interval '1 day', now() + interval '31 days')`
  );

async function load(sql: Sql, lines: ReturnType<typeof linesOf>, organization: string) {
  const start = performance.now();
  const total = { imported: 0, repeated: 0, failed: 0 };
  for (let at = 0; at < lines.length; at += rowsACall) {
    const [row] = await sql`
      select public.import_appointments(${organization}, ${
      sql.json(lines.slice(at, at + rowsACall))
    }) - 'results' as done`;
    for (const key of ["imported", "repeated", "failed"] as const) total[key] += row!.done[key];
  }
  return { ...total, seconds: (performance.now() - start) / 1000 };
}

async function measure({ quick }: Context): Promise<Row[]> {
  const there = await Deno.stat(file).then(() => true, () => false);
  if (!there) return [{ figure: "110,527 real appointments", measured: `skipped: ${file} is not there` }];
  const visits = (await readVisits()).slice(0, quick ? 10_000 : undefined);
  return await withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    try {
      return await figuresOf(sql, visits);
    } finally {
      await sql.end({ timeout: 5 });
    }
  });
}

async function figuresOf(sql: Sql, visits: readonly Visit[]): Promise<Row[]> {
  const desk = await open(sql, visits);
  await sql.unsafe(stopwatch);
  await sql`analyze`;
  const before = await median(sql, slotQueries(desk));
  const lines = linesOf(visits, desk);
  const loaded = await load(sql, lines, desk.organization);
  const again = await load(sql, lines.slice(0, rowsACall), desk.organization);
  await sql.unsafe("vacuum (analyze) public.appointments, calendar.claims");
  const after = await median(sql, slotQueries(desk));
  const some = visits.filter((_, n) => n % Math.ceil(visits.length / 500) === 0);
  const days = some.map(({ place, day }) =>
    `select count(*) from public.location_day('${desk.locations.get(place)}', '${day}')`
  );
  const histories = some.map(({ patient }) =>
    `select count(*) from public.customer_history('${desk.patients.get(patient)}', '${desk.organization}')`
  );
  const [day, history] = [await median(sql, days), await median(sql, histories)];
  const whole = `${visits.length.toLocaleString("en")} real appointments`;
  return [
    {
      figure: `${whole} imported, ${desk.patients.size.toLocaleString("en")} patients, ${desk.locations.size} places`,
      bar: "all",
      measured: `${loaded.imported} at ${Math.round(loaded.imported / loaded.seconds)}/s, ${loaded.failed} failed`,
      met: loaded.imported === visits.length && again.repeated === Math.min(rowsACall, visits.length),
    },
    {
      figure: "then a place's day, 200 rows at most",
      bar: "<= 10 ms",
      measured: `${day.toFixed(2)} ms median`,
      met: day <= 10,
    },
    {
      figure: "then a patient's history",
      bar: "<= 10 ms",
      measured: `${history.toFixed(2)} ms median`,
      met: history <= 10,
    },
    {
      figure: "then slots of 30 days at a place",
      bar: `<= ${(before * 1.25).toFixed(2)} ms`,
      measured: `${after.toFixed(2)} ms median, ${before.toFixed(2)} before`,
      met: after <= before * 1.25,
    },
  ];
}

export const noshow: Figure = { name: "noshow", about: "110,527 real appointments, imported", run: measure };
