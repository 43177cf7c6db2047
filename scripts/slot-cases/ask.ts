import type { Queryable } from "../stack/db.ts";
import type { SlotCase } from "./format.ts";
import { seated } from "./busy.ts";
import type { BusyAs, Plan, PlannedResource } from "./plan.ts";

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

// Every parameter goes as text: the two drivers agree on nothing else.
const text = (value: unknown): string => JSON.stringify(value);

async function makeOrganization(db: Queryable): Promise<string> {
  await db.query(`select set_config('request.jwt.claims', '{"role": "service_role"}', true)`);
  const [row] = await db.query<{ id: string }>(
    `insert into public.organizations (slug, name, kind, time_zone)
     values ($1::text, 'Slot case', 'clinic', 'UTC') returning id::text`,
    [`case-${crypto.randomUUID()}`],
  );
  return row!.id;
}

async function makeResource(db: Queryable, organization: string, resource: PlannedResource): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `select public.create_resource($1::text::uuid, 'staff', 'Resource', $2::text, $3::text::integer) ->> 'id' as id`,
    [organization, resource.timeZone, `${resource.capacity}`],
  );
  const id = row!.id;
  await db.query("select public.set_weekly_hours($1::text::uuid, $2::text::jsonb)", [id, text(resource.weekly)]);
  for (const { day, windows } of resource.overrides) {
    await db.query("select public.set_date_override($1::text::uuid, $2::text::date, $3::text::jsonb)", [
      id,
      day,
      text(windows),
    ]);
  }
  return id;
}

async function importBusy(db: Queryable, id: string, { periods }: PlannedResource): Promise<void> {
  const busy = periods.map(({ from, to }, at) => ({ external_id: `${at}`, starts_at: iso(from), ends_at: iso(to) }));
  await db.query("select public.import_busy_times($1::text::uuid, 'case', $2::text::jsonb)", [id, text(busy)]);
}

async function claimBusy(db: Queryable, id: string, { periods, capacity }: PlannedResource): Promise<void> {
  const claims = seated(periods, capacity).map(({ seat, from, to }) => ({
    seat,
    starts_at: iso(from),
    ends_at: iso(to),
  }));
  await db.query(
    `insert into calendar.claims (resource_id, seat, during, kind, owner_id)
     select $1::text::uuid, c.seat, tstzrange(c.starts_at, c.ends_at), 'block', core.uuid_v7()
     from jsonb_to_recordset($2::text::jsonb) as c(seat integer, starts_at timestamptz, ends_at timestamptz)`,
    [id, text(claims)],
  );
}

/** A service with the case's limits, which what is busy has used. */
async function makeService(db: Queryable, organization: string, plan: Plan, ids: readonly string[]) {
  const [row] = await db.query<{ id: string }>(
    "select public.create_service($1::text::uuid, $2::text::jsonb) ->> 'id' as id",
    [organization, text({ name: "Service", duration_minutes: 30 })],
  );
  const id = row!.id;
  await db.query("select public.set_booking_limits($1::text::jsonb, service_id => $2::text::uuid)", [
    text(plan.limits),
    id,
  ]);
  for (const [at, { periods }] of plan.resources.entries()) {
    await db.query(
      `select appointments.count_use(s, null, array[$2::text::uuid], b.starts_at, b.minutes, 1)
       from public.services s, jsonb_to_recordset($3::text::jsonb) as b(starts_at timestamptz, minutes integer)
       where s.id = $1::text::uuid`,
      [id, ids[at]!, text(periods.map(({ start, minutes }) => ({ starts_at: iso(start), minutes })))],
    );
  }
  return id;
}

async function slots(db: Queryable, of: SlotCase, plan: Plan, ids: readonly string[], service: string) {
  if (plan.from >= plan.to) return [];
  const members = plan.teams.flatMap((team, at) => team.map((resource) => ({ team: at + 1, member: ids[resource]! })));
  const rows = await db.query<{ ms: number }>(
    `select distinct (extract(epoch from s.starts_at) * 1000)::float8 as ms
     from (
       select array_agg(m.team) as teams, array_agg(m.member) as members, appointments.full_periods(
         (select s from public.services s where s.id = $9::text::uuid), array_agg(m.member),
         tstzrange($2::text::timestamptz, $3::text::timestamptz), make_interval(secs => $4::text::float8)) as full_periods
       from jsonb_to_recordset($1::text::jsonb) as m(team integer, member uuid)
     ) t
     cross join lateral calendar.slots(t.teams, t.members, tstzrange($2::text::timestamptz, $3::text::timestamptz),
       make_interval(secs => $4::text::float8), make_interval(secs => $5::text::float8),
       make_interval(secs => $6::text::float8), make_interval(secs => $7::text::float8), null,
       (select g from jsonb_populate_record(null::calendar.grid, $8::text::jsonb) g where $8::text::jsonb <> 'null')) s
     where appointments.full_limit(t.full_periods, s.starts_at,
       array(select m.id from unnest(t.teams, t.members) as m(team, id) where m.team = s.team)) is null
     order by ms`,
    [
      text(members),
      iso(plan.from),
      iso(plan.to),
      `${of.duration_min * 60}`,
      `${(of.interval_min ?? of.duration_min) * 60}`,
      `${(of.buffer_before_min ?? 0) * 60}`,
      `${(of.buffer_after_min ?? 0) * 60}`,
      text(plan.grid ?? null),
      service,
    ],
  );
  return rows.map(({ ms }) => iso(ms));
}

/** Builds the case's calendar with the product's own commands and asks it for slots. Leaves its rows to the transaction. */
export async function ask(db: Queryable, of: SlotCase, plan: Plan, busyAs: BusyAs): Promise<string[]> {
  const organization = await makeOrganization(db);
  const ids: string[] = [];
  for (const resource of plan.resources) {
    const id = await makeResource(db, organization, resource);
    await (busyAs === "claims" ? claimBusy : importBusy)(db, id, resource);
    ids.push(id);
  }
  return await slots(db, of, plan, ids, await makeService(db, organization, plan, ids));
}
