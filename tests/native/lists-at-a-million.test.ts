import assert from "node:assert/strict";
import { explaining, plansOf } from "./plans.ts";
import { nativeTest, signUp } from "./server.ts";

/**
 * 20 organizations with 5 places each, 1,000 resources that are taken every 160 minutes for the months that have a
 * partition, 50,000 customers. Written directly: what is asked here is how a million is read.
 */
const fill = `
  create temporary table places as
  select o.n as organization, l.n as place, gen_random_uuid() as organization_id, gen_random_uuid() as location_id
  from generate_series(1, 20) o(n), generate_series(1, 5) l(n);
  update places p set organization_id = f.organization_id from places f where f.organization = p.organization and f.place = 1;
  insert into public.organizations (id, slug, name, kind, time_zone)
  select organization_id, 'clinic-' || organization, 'Clinic ' || organization, 'clinic', 'Europe/Berlin' from places where place = 1;
  insert into public.locations (id, organization_id, name, time_zone)
  select location_id, organization_id, 'Place ' || place, 'Europe/Berlin' from places;
  insert into public.resources (organization_id, location_id, kind, name, time_zone)
  select organization_id, location_id, 'staff', 'Person ' || n, 'Europe/Berlin' from places, generate_series(1, 10) n;
  insert into public.services (organization_id, name, duration_minutes, slot_interval_minutes)
  select organization_id, 'Visit', 30, 30 from places where place = 1;
  create temporary table taken as
  select core.uuid_v7() as id, r.id as resource_id, r.organization_id, r.location_id, s.id as service_id,
    date_trunc('month', now(), 'UTC') + k * interval '160 minutes' as starts_at
  from public.resources r
  join public.services s on s.organization_id = r.organization_id
  cross join generate_series(0, 1000) k;
  insert into public.appointments (id, organization_id, service_id, location_id, starts_at, ends_at, status, customer_id, resource_ids, policy)
  select id, organization_id, service_id, location_id, starts_at, starts_at + interval '30 minutes', 'booked',
    ('00000000-0000-4000-8000-' || lpad(to_hex((row_number() over () * 7919) % 50000), 12, '0'))::uuid, array[resource_id], '{}'
  from taken;
  alter table calendar.claims drop constraint claims_exclude_each_other;
  insert into calendar.claims (resource_id, during, kind, owner_id)
  select resource_id, tstzrange(starts_at, starts_at + interval '30 minutes'), 'appointment', id from taken;
  alter table calendar.claims add constraint claims_exclude_each_other exclude using gist (resource_id with =, seat with =, during with &&);`;

// The partition for everything else is empty, and read whole: nothing is lost by it.
const scansAll = /Seq Scan on (?:appointments_2|claims)/;
const sorts = /(?:^|-> {2})Sort(?: |$)/m;

const indexes: Record<string, RegExp> = {
  "a location's day": /location_id_starts_at_id_idx/,
  "a resource's week": /claims_by_start[^]*_pkey/,
  "a customer's history": /customer_id_starts_at_idx/,
};

nativeTest("a million appointments: no list reads them all, none sorts them", async (sql, url) => {
  const began = performance.now();
  await sql.unsafe(fill);
  await sql.unsafe("vacuum (analyze) public.appointments, calendar.claims, public.resources, public.locations");
  const [{ count }] = await sql`select count(*)::int from public.appointments` as unknown as [{ count: number }];
  assert.ok(count >= 1_000_000, `${count} appointments`);
  console.log(`filled and analyzed in ${((performance.now() - began) / 1000).toFixed(0)} s`);

  const member = await signUp(sql, "member@example.test");
  const customer = await signUp(sql, "customer@example.test");
  const [some] = await sql`
    select a.organization_id, a.location_id, a.resource_ids[1] as resource_id, a.id, a.starts_at, s.day
    from public.appointments a, (select (date_trunc('month', now()) + interval '40 days')::date as day) s
    where a.starts_at >= s.day and a.starts_at < s.day + 1 limit 1`;
  const { organization_id, location_id, resource_id, id, starts_at } = some!;
  const day = some!.day.toISOString().slice(0, 10);
  const at = starts_at.toISOString();
  await sql`insert into public.memberships (organization_id, user_id, role) values (${organization_id}, ${member}, 'viewer')`;
  // A customer of a thousand visits: the few of another may as well be sorted.
  await sql`update public.appointments set customer_id = ${customer}
    where organization_id = ${organization_id} and resource_ids[1] = ${resource_id}`;
  await sql`analyze public.appointments`;

  const asMember = {
    "a location's day": `select * from public.location_day('${location_id}', '${day}')`,
    "its next page": `select * from public.location_day('${location_id}', '${day}', '${at}', '${id}', 20)`,
    "a resource's week": `select * from public.resource_week('${resource_id}', '${day}')`,
    "its next page of it": `select * from public.resource_week('${resource_id}', '${day}', '${at}', '${id}', 20)`,
    "a customer's history": `select * from public.customer_history('${customer}', '${organization_id}')`,
    "the list of an organization": `select * from public.appointments where organization_id = '${organization_id}'
      and starts_at >= '${at}' order by starts_at, id limit 51`,
    "its next page by the tie-breaker": `select * from public.appointments where organization_id = '${organization_id}'
      and starts_at >= '${at}' and (starts_at > '${at}' or id > '${id}') order by starts_at, id limit 51`,
    "the table by location": `select * from public.appointments where location_id = '${location_id}'
      and starts_at >= '${at}' order by starts_at, id limit 51`,
  };
  const asCustomer = {
    "their own history": `select * from public.customer_history('${customer}')`,
    "its next page":
      `select * from public.customer_history('${customer}', null, now() + interval '50 days', gen_random_uuid(), 5)`,
    "their own by the table":
      `select * from public.appointments where customer_id = '${customer}' order by starts_at limit 51`,
  };
  const log = await explaining(url);
  const about = /(appointments|claims)_/;
  try {
    for (const [user, queries] of [[member, asMember], [customer, asCustomer]] as const) {
      for (const [name, statement] of Object.entries(queries)) {
        for (const plan of await plansOf(log, user, statement, about)) {
          assert.doesNotMatch(plan, scansAll, `${name} reads all: ${plan}`);
          if (indexes[name]) assert.match(plan, indexes[name], `${name} is read by its index: ${plan}`);
          assert.doesNotMatch(plan, sorts, `${name} sorts: ${plan}`);
        }
      }
    }
    // Whatever one may see, own and the organization's, has no one index: it is sorted, but not searched for.
    const everything = `select * from public.appointments where starts_at >= '${at}' order by starts_at, id limit 51`;
    for (const plan of await plansOf(log, customer, everything, about)) assert.doesNotMatch(plan, scansAll);
  } finally {
    await log.session.end({ timeout: 5 });
  }
}, 1);
