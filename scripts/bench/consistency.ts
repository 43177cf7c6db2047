import type { Sql } from "postgres";

/** What must be true of a database after any load: each question with the number of rows that say otherwise. */
const questions = {
  "live appointments overlap on a seat": `
    select count(*)::int as wrong from calendar.claims a
    join calendar.claims b on b.resource_id = a.resource_id and b.seat = a.seat and b.during && a.during
      and (b.owner_id, b.during) > (a.owner_id, a.during)`,
  "more appointments at once than seats": `
    with needed as (
      select r as resource_id, a.id, a.starts_at - make_interval(mins => (a.policy ->> 'buffer_before_minutes')::int) as starts,
        a.ends_at + make_interval(mins => (a.policy ->> 'buffer_after_minutes')::int) as ends
      from public.appointments a, unnest(a.resource_ids) r
      where a.status not in ('waitlisted', 'cancelled', 'no_show', 'entered_in_error')
    )
    select count(*)::int as wrong from needed n join public.resources r on r.id = n.resource_id
    where r.capacity < (
      select count(*) from needed o where o.resource_id = n.resource_id and o.starts <= n.starts and o.ends > n.starts)`,
  "claims are not what the live appointments need": `
    with needed as (
      select r as resource_id, a.id as owner_id, tstzrange(
        a.starts_at - make_interval(mins => (a.policy ->> 'buffer_before_minutes')::int),
        a.ends_at + make_interval(mins => (a.policy ->> 'buffer_after_minutes')::int)) as during
      from public.appointments a, unnest(a.resource_ids) r
      where a.status not in ('waitlisted', 'cancelled', 'no_show', 'entered_in_error')
    )
    select count(*)::int as wrong
    from needed n full join (select * from calendar.claims where kind = 'appointment') c using (resource_id, owner_id, during)
    where n.owner_id is null or c.kind is null`,
  "limits count other than is booked, or more than they allow": `
    with things as (
      select a.organization_id, a.service_id, a.customer_id, case when a.session_id is null then a.resource_ids end as working,
        a.resource_ids, a.starts_at, a.ends_at, true as is_booking
      from public.appointments a where a.status in ('pending', 'booked', 'arrived', 'checked_in', 'fulfilled')
      union all
      select g.organization_id, g.service_id, null, g.resource_ids, g.resource_ids, g.starts_at, g.ends_at, false
      from public.group_sessions g where g.status <> 'cancelled'
    ), booked as (
      select l.id, s.subject_id, date_trunc(l.period, t.starts_at at time zone coalesce(r.time_zone, o.time_zone))::date as period_start,
        sum(case l.unit when 'minutes' then extract(epoch from t.ends_at - t.starts_at) / 60 else 1 end)::int as used
      from public.booking_limits l
      join public.organizations o on o.id = l.organization_id
      join things t on t.organization_id = l.organization_id and t.starts_at > now()
        and (l.service_id is null or l.service_id = t.service_id) and (l.resource_id is null or l.resource_id = any (t.resource_ids))
      cross join lateral unnest(case when l.subject = 'resource' then t.working when not t.is_booking then null
        when l.subject = 'customer' then array[t.customer_id] else array[t.service_id] end) as s(subject_id)
      left join public.resources r on r.id = case when l.subject = 'resource' then s.subject_id else l.resource_id end
      where l.subject <> 'resource' or l.resource_id is null or l.resource_id = s.subject_id
      group by 1, 2, 3
    )
    select count(*)::int as wrong
    from booked b
    full join (select u.*, u.limit_id as id from appointments.limit_uses u where u.used > 0 and u.period_start > current_date) u using (id, subject_id, period_start)
    where b.period_start > current_date and b.used is distinct from u.used or b.id is null`,
  "the event log replays to another table": `
    select count(*)::int as wrong
    from public.organizations o
    cross join lateral (
      select coalesce(a.organization_id, o.id) as organization_id, a.id, r.appointment_id,
        (a.version, a.status, a.starts_at, a.ends_at, a.resource_ids) is distinct from
          (r.version, r.status, r.starts_at, r.ends_at, r.resource_ids) as differs
      from (select * from public.appointments x where x.organization_id = o.id) a
      full join appointments.replay(o.id) r on r.appointment_id = a.id
    ) both_sides
    where both_sides.differs`,
  "versions have gaps": `
    select count(*)::int as wrong from (
      select e.aggregate_id from core.events e left join core.streams s using (aggregate_id)
      group by e.aggregate_id, s.version
      having min(e.version) <> 1 or count(*) <> max(e.version) or count(distinct e.version) <> count(*) or s.version <> max(e.version)
    ) uneven`,
};

/** Asks everything, and returns what is wrong: nothing when the database is consistent. */
export async function inconsistencies(sql: Sql): Promise<string[]> {
  const found: string[] = [];
  for (const [question, query] of Object.entries(questions)) {
    const [row] = await sql.unsafe<[{ wrong: number }]>(query);
    if (row.wrong) found.push(`${question}: ${row.wrong}`);
  }
  return found;
}
