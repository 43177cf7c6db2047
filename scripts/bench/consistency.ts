import type { Sql } from "postgres";

/**
 * Who needs which time of whom: appointments, sessions and holds with their buffers. What is over by the clock may still
 * have its claims, or have lost them to who came next.
 */
const needed = `
    with owners as (
      select a.id as owner_id, a.service_id, a.resource_ids, a.starts_at, a.ends_at, 'appointment' as kind, a.expires_at,
        (a.policy ->> 'buffer_before_minutes')::int as lead, (a.policy ->> 'buffer_after_minutes')::int as trail
      from public.appointments a
      where a.session_id is null and a.status not in ('waitlisted', 'cancelled', 'no_show', 'entered_in_error')
      union all
      select g.id, g.service_id, g.resource_ids, g.starts_at, g.ends_at, 'appointment', null, s.buffer_before_minutes, s.buffer_after_minutes
      from public.group_sessions g join public.services s on s.id = g.service_id where g.status = 'open'
      union all
      select h.id, h.service_id, h.resource_ids, h.starts_at, h.ends_at, 'hold', h.expires_at, s.buffer_before_minutes, s.buffer_after_minutes
      from public.holds h join public.services s on s.id = h.service_id where h.session_id is null and h.status = 'held'
    ), needed as (
      select r as resource_id, o.owner_id, o.kind, o.expires_at, coalesce(o.expires_at <= now(), false) as over,
        tstzrange(o.starts_at - make_interval(mins => o.lead), o.ends_at + make_interval(mins => o.trail)) as during
      from owners o, unnest(o.resource_ids) r
    )`;

/** What must be true of a database after any load: each question with the number of rows that say otherwise. */
const questions = {
  "live appointments overlap on a seat": `
    select count(*)::int as wrong from calendar.claims a
    join calendar.claims b on b.resource_id = a.resource_id and b.seat = a.seat and b.during && a.during
      and (b.owner_id, b.during) > (a.owner_id, a.during)`,
  "more appointments at once than seats": `
    ${needed}
    select count(*)::int as wrong from needed n join public.resources r on r.id = n.resource_id
    where not n.over and r.capacity < (
      select count(*) from needed o
      where not o.over and o.resource_id = n.resource_id and lower(o.during) <= lower(n.during) and upper(o.during) > lower(n.during))`,
  "claims are not what the live appointments need": `
    ${needed}
    select count(*)::int as wrong
    from needed n full join calendar.claims c using (resource_id, owner_id, during)
    where n.owner_id is null or (n.kind is distinct from c.kind and not (n.over and c.kind is null))
      or (c.kind is not null and n.expires_at is distinct from c.expires_at)`,
  "seats taken are not those of who attends": `
    select count(*)::int as wrong
    from public.group_sessions g
    cross join lateral (
      select coalesce(sum(party_size), 0) as seats from (
        select a.party_size from public.appointments a
        where a.session_id = g.id and a.status in ('pending', 'booked', 'arrived', 'checked_in', 'fulfilled')
        union all
        select h.party_size from public.holds h where h.session_id = g.id and h.status = 'held') taken
    ) as standing
    where standing.seats <> g.seats_taken`,
  "a hold did not end exactly once": `
    select count(*)::int as wrong
    from public.holds h
    cross join lateral (
      select count(*) filter (where e.type = 'hold.placed') as placed,
        array_agg(e.type) filter (where e.type <> 'hold.placed') as ends
      from core.events e where e.aggregate_id = h.id
    ) as log
    where log.placed <> 1
      or log.ends is distinct from case when h.status <> 'held' then array['hold.' || h.status] end
      or (h.status = 'booked' and not exists (select from public.appointments a where a.id = h.appointment_id))`,
  "an offer is not accounted for": `
    select count(*)::int as wrong
    from public.waitlist_entries w
    cross join lateral (
      select count(*) filter (where h.status = 'held') as open, count(*) filter (where h.status = 'booked') as booked,
        count(*) filter (where h.status = 'expired') as expired, count(*) filter (where h.status = 'released') as released, count(*) as all
      from public.holds h where h.waitlist_entry_id = w.id
    ) as offers
    cross join lateral (
      select count(*) filter (where e.type = 'waitlist.offered') as offered, count(*) filter (where e.type = 'waitlist.booked') as booked,
        count(*) filter (where e.type = 'waitlist.lapsed') as lapsed, count(*) filter (where e.type = 'waitlist.declined') as declined,
        count(*) filter (where e.type = 'waitlist.left') as left
      from core.events e where e.aggregate_id = w.id
    ) as log
    where offers.open <> (w.status = 'offered')::int or offers.all <> log.offered or offers.booked <> log.booked
      or offers.expired <> log.lapsed or offers.released - log.declined not between 0 and log.left
      or not exists (select from public.holds h where h.id = w.hold_id and h.waitlist_entry_id = w.id and h.status = 'held') and w.status = 'offered'`,
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
