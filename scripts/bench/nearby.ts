import postgres, { type Sql } from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import { type Context, type Figure, quantile, type Row } from "./figure.ts";

/** 5,000 organizations with two places each, scattered over 900 by 600 km; at each three people with eight bookings. */
const fill = `
  insert into public.organizations (slug, name, kind, time_zone, listed)
  select 'clinic-' || n, 'Clinic ' || n, 'clinic', 'Europe/Berlin', true from generate_series(1, 5000) n;
  insert into public.locations (organization_id, name, time_zone, latitude, longitude)
  select o.id, 'Place ' || k, 'Europe/Berlin', 47 + random() * 8, 6 + random() * 9 from public.organizations o, generate_series(1, 2) k;
  insert into public.resources (organization_id, location_id, kind, name, time_zone)
  select l.organization_id, l.id, 'staff', 'Person ' || k, 'Europe/Berlin' from public.locations l, generate_series(1, 3) k;
  insert into public.weekly_hours (resource_id, organization_id, weekday, opens, closes)
  select id, organization_id, d, '08:00', '18:00' from public.resources, generate_series(1, 5) d;
  insert into public.services (organization_id, name, duration_minutes, slot_interval_minutes)
  select id, s, 30, 30 from public.organizations, unnest(array['Consultation', 'Vaccination', 'Check-up']) s;
  insert into public.service_groups (service_id, organization_id, name, rule)
  select id, organization_id, 'who', 'any' from public.services;
  insert into public.service_group_members (service_id, organization_id, group_name, resource_id, position)
  select s.id, s.organization_id, 'who', r.id, row_number() over (partition by s.id)
  from public.services s join public.resources r using (organization_id);
  insert into calendar.claims (resource_id, during, kind, owner_id)
  select r.id, tstzrange(t, t + interval '30 minutes'), 'appointment', gen_random_uuid()
  from public.resources r, generate_series(1, 8) k, lateral (
    select date_trunc('day', now()) + k * interval '1 day' + interval '8 hours' + floor(random() * 20) * interval '30 minutes' as t) x;
  analyze;`;

const searches: readonly [string, string][] = [
  ["10 of them", "page_size => 10"],
  ["20 of them", "page_size => 20"],
  ["10 by the name of a service", "page_size => 10, service_name => 'vacc'"],
  ["nobody offers it", "service_name => 'massage'"],
];

async function measureOne(sql: Sql, more: string, runs: number): Promise<number[]> {
  const times: number[] = [];
  for (let run = -5; run < runs; run += 1) {
    const [latitude, longitude] = [47 + Math.random() * 8, 6 + Math.random() * 9];
    const start = performance.now();
    await sql.unsafe(`select public.organizations_nearby(${latitude}, ${longitude}, 200000, ${more})`);
    if (run >= 0) times.push(performance.now() - start);
  }
  return times;
}

const measure = ({ quick }: Context): Promise<Row[]> =>
  withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    try {
      await sql.unsafe(fill);
      await sql`select set_config('request.jwt.claims', '{"role": "anon"}', false), set_config('role', 'anon', false)`;
      const rows: Row[] = [];
      for (const [what, more] of searches) {
        const times = await measureOne(sql, more, quick ? 20 : 100);
        const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)].map((ms) => ms.toFixed(0));
        rows.push({
          figure: `organizations within 200 km of 10,000 places: ${what}`,
          measured: `p50 ${p50} ms, p95 ${p95} ms`,
        });
      }
      return rows;
    } finally {
      await sql.end({ timeout: 5 });
    }
  });

export const nearby: Figure = {
  name: "nearby",
  about: "organizations near a point, with their next slot",
  run: measure,
};
