-- Appointments, lists for staff: a day's board of a location, a resource's week, a customer's history.
-- Each page is a range of one index, in its order: the last row of a page is where the next goes on. What stands beside
-- an appointment is read in the select list, for the rows of the page alone, so that nothing is sorted or joined first.

create type appointments.entry as (
  id uuid, organization_id uuid, service_id uuid, service_name text, location_id uuid, status text, starts_at timestamptz,
  ends_at timestamptz, customer_id uuid, customer_name text, guest jsonb, resources jsonb, notes text, version bigint);
comment on type appointments.entry is 'An appointment as a line of a list.';
create type appointments.taken_time as (kind text, busy_from timestamptz, busy_until timestamptz, claim_id uuid, entry appointments.entry);
comment on type appointments.taken_time is 'A line of a resource''s week: what takes it when, and the appointment if it is one.';
create type appointments.visit as (entry appointments.entry, rating smallint);
comment on type appointments.visit is 'A line of a customer''s history.';

create function appointments.entry_of(appointment public.appointments)
returns appointments.entry
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  entry appointments.entry;
begin
  entry.id := appointment.id;
  entry.organization_id := appointment.organization_id;
  entry.service_id := appointment.service_id;
  entry.location_id := appointment.location_id;
  entry.status := appointment.status;
  entry.starts_at := appointment.starts_at;
  entry.ends_at := appointment.ends_at;
  entry.customer_id := appointment.customer_id;
  entry.notes := appointment.notes;
  entry.version := appointment.version;
  entry.service_name := (select s.name from public.services s where s.id = appointment.service_id);
  entry.customer_name := coalesce(appointment.guest_name,
    (select p.display_name from public.profiles p where p.id = appointment.customer_id));
  entry.guest := case when appointment.guest_name is not null then jsonb_build_object(
    'name', appointment.guest_name, 'email', appointment.guest_email, 'phone', appointment.guest_phone) end;
  entry.resources := (
    select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name, 'kind', r.kind) order by r.kind, r.name), '[]')
    from public.resources r where r.id = any (appointment.resource_ids));
  return entry;
end $$;
comment on function appointments.entry_of(public.appointments) is 'The line of an appointment in a list.';

create function appointments.require_page_size(page_size integer)
returns void
language plpgsql immutable set search_path = '' as $$
begin
  if page_size is null or page_size not between 1 and 501 then
    perform core.raise_error(422, 'invalid_input', 'A page has 1 to 501 rows.', '{"field": "page_size"}');
  end if;
end $$;
comment on function appointments.require_page_size(integer) is 'PT422 invalid_input unless a page has 1 to 501 rows.';

-- A day is the stretch between two local midnights: 23 or 25 hours where the clock changes.
create function appointments.days_in_zone(first_day date, days integer, zone text)
returns tstzrange
language plpgsql stable set search_path = '' as $$
begin
  if first_day is null or not isfinite(first_day) or extract(year from first_day) not between 1900 and 9999 then
    perform core.raise_error(422, 'invalid_input', 'Say which day.', '{"field": "day"}');
  end if;
  return tstzrange(first_day::timestamp at time zone zone, (first_day + days)::timestamp at time zone zone);
end $$;
comment on function appointments.days_in_zone(date, integer, text) is 'Local days as instants.';

create function appointments.location_day(location_id uuid, day date, after timestamptz, after_id uuid, page_size integer)
returns setof appointments.entry
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  location public.locations := calendar.require_location(location_id, 'appointments.read');
  bounds tstzrange := appointments.days_in_zone(day, 1, location.time_zone);
  since timestamptz := greatest(lower(bounds), after);
  since_id uuid := case when after >= lower(bounds) then after_id end;
  appointment public.appointments;
begin
  perform appointments.require_page_size(page_size);
  for appointment in
    select a.* from public.appointments a
    where a.location_id = location.id and a.starts_at >= since and a.starts_at < upper(bounds)
      and (a.starts_at, a.id) > (since, coalesce(since_id, '00000000-0000-0000-0000-000000000000'))
    order by a.starts_at, a.id
    limit page_size
  loop
    return next appointments.entry_of(appointment);
  end loop;
end $$;
grant execute on function appointments.location_day(uuid, date, timestamptz, uuid, integer) to authenticated, service_role;
comment on function appointments.location_day(uuid, date, timestamptz, uuid, integer) is 'See public.location_day.';

create function public.location_day(
  location_id uuid, day date, after timestamptz default null, after_id uuid default null, page_size integer default 200)
returns table (
  id uuid, organization_id uuid, service_id uuid, service_name text, status text, starts_at timestamptz, ends_at timestamptz,
  customer_id uuid, customer_name text, guest jsonb, resources jsonb, notes text, version bigint)
language plpgsql stable security invoker set search_path = '' as $$
begin
  return query
    select e.id, e.organization_id, e.service_id, e.service_name, e.status, e.starts_at, e.ends_at, e.customer_id, e.customer_name,
      e.guest, e.resources, e.notes, e.version
    from appointments.location_day(location_day.location_id, day, after, after_id, page_size) e;
end $$;
grant execute on function public.location_day(uuid, date, timestamptz, uuid, integer) to authenticated, service_role;
comment on function public.location_day(uuid, date, timestamptz, uuid, integer) is
  'The board of a day: a location''s appointments of every status that start on that day of its zone, by start and id; for the next page pass starts_at and id of the last row as after and after_id. Needs appointments.read.';

-- Found by what the resource gave: its claims, in their order. An index of appointments by resource would have to be kept
-- by every booking; that of the claims is there. The buffers before an appointment are a day at most.
create function appointments.resource_week(resource_id uuid, first_day date, after timestamptz, after_id uuid, page_size integer)
returns setof appointments.taken_time
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  resource public.resources := calendar.require_resource(resource_id, 'appointments.read');
  bounds tstzrange := appointments.days_in_zone(first_day, 7, resource.time_zone);
  since timestamptz := greatest(lower(bounds) - interval '24 hours', after);
  since_id uuid := case when after >= lower(bounds) - interval '24 hours' then after_id end;
  taken record;
  line appointments.taken_time;
begin
  perform appointments.require_page_size(page_size);
  for taken in
    select case when g.id is not null then 'session' else c.kind end as kind, c.during, c.owner_id, a as appointment
    from calendar.claims c
    left join public.appointments a on c.kind = 'appointment' and a.id = c.owner_id
      and a.starts_at >= lower(c.during) and a.starts_at < upper(c.during)
    left join public.group_sessions g on c.kind = 'appointment' and g.id = c.owner_id
    where c.resource_id = resource.id and lower(c.during) >= since and lower(c.during) < upper(bounds)
      and (lower(c.during), c.owner_id) > (since, coalesce(since_id, '00000000-0000-0000-0000-000000000000'))
      and (c.expires_at is null or c.expires_at > now())
      and coalesce(a.starts_at, g.starts_at, lower(c.during)) >= lower(bounds)
      and coalesce(a.starts_at, g.starts_at, lower(c.during)) < upper(bounds)
    order by lower(c.during), c.owner_id
    limit page_size
  loop
    line.kind := taken.kind;
    line.busy_from := lower(taken.during);
    line.busy_until := upper(taken.during);
    line.claim_id := taken.owner_id;
    line.entry := case when (taken.appointment).id is not null then appointments.entry_of(taken.appointment) end;
    return next line;
  end loop;
end $$;
grant execute on function appointments.resource_week(uuid, date, timestamptz, uuid, integer) to authenticated, service_role;
comment on function appointments.resource_week(uuid, date, timestamptz, uuid, integer) is 'See public.resource_week.';

create function public.resource_week(
  resource_id uuid, first_day date, after timestamptz default null, after_id uuid default null, page_size integer default 200)
returns table (
  kind text, busy_from timestamptz, busy_until timestamptz, id uuid, organization_id uuid, service_id uuid, service_name text,
  location_id uuid, status text, starts_at timestamptz, ends_at timestamptz, customer_id uuid, customer_name text, guest jsonb,
  resources jsonb, notes text, version bigint)
language plpgsql stable security invoker set search_path = '' as $$
begin
  return query
    select w.kind, w.busy_from, w.busy_until, w.claim_id, (w.entry).organization_id, (w.entry).service_id, (w.entry).service_name,
      (w.entry).location_id, (w.entry).status, (w.entry).starts_at, (w.entry).ends_at, (w.entry).customer_id,
      (w.entry).customer_name, (w.entry).guest, (w.entry).resources, (w.entry).notes, (w.entry).version
    from appointments.resource_week(resource_week.resource_id, first_day, after, after_id, page_size) w;
end $$;
grant execute on function public.resource_week(uuid, date, timestamptz, uuid, integer) to authenticated, service_role;
comment on function public.resource_week(uuid, date, timestamptz, uuid, integer) is
  'What a resource is taken for in the seven days from first_day in its zone, buffers included, by when it is first taken: appointments that stand or took place, and without particulars what else takes it (kind session, hold, game, block; the id is its own). What gave its time back (cancelled, no_show, entered_in_error) is not there. Next page: busy_from and id of the last row as after and after_id. Needs appointments.read.';

create function appointments.customer_history(
  customer_id uuid, organization_id uuid, before timestamptz, before_id uuid, page_size integer)
returns setof appointments.visit
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  until timestamptz := coalesce(before, 'infinity');
  until_id uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  appointment public.appointments;
  visit appointments.visit;
begin
  if customer_id is null or customer_id is distinct from core.actor_id() then
    if organization_id is null then
      perform core.raise_error(422, 'invalid_input', 'Say at which organization.', '{"field": "at_organization_id"}');
    end if;
    perform core.require(organization_id, 'appointments.read');
  end if;
  perform appointments.require_page_size(page_size);
  for appointment in
    select a.* from public.appointments a
    where a.customer_id = customer_history.customer_id and a.starts_at <= until
      and (a.starts_at, a.id) < (until, until_id)
      and (customer_history.organization_id is null or a.organization_id = customer_history.organization_id)
    order by a.starts_at desc, a.id desc
    limit page_size
  loop
    visit.entry := appointments.entry_of(appointment);
    visit.rating := (select f.rating from public.feedback f where f.appointment_id = appointment.id);
    return next visit;
  end loop;
end $$;
grant execute on function appointments.customer_history(uuid, uuid, timestamptz, uuid, integer) to authenticated, service_role;
comment on function appointments.customer_history(uuid, uuid, timestamptz, uuid, integer) is 'See public.customer_history.';

create function public.customer_history(
  customer_id uuid, at_organization_id uuid default null, before timestamptz default null, before_id uuid default null,
  page_size integer default 50)
returns table (
  id uuid, organization_id uuid, service_id uuid, service_name text, location_id uuid, status text, starts_at timestamptz,
  ends_at timestamptz, customer_name text, guest jsonb, resources jsonb, notes text, version bigint, rating smallint)
language plpgsql stable security invoker set search_path = '' as $$
begin
  return query
    select (h.entry).id, (h.entry).organization_id, (h.entry).service_id, (h.entry).service_name, (h.entry).location_id,
      (h.entry).status, (h.entry).starts_at, (h.entry).ends_at, (h.entry).customer_name, (h.entry).guest, (h.entry).resources,
      (h.entry).notes, (h.entry).version, h.rating
    from appointments.customer_history(customer_id, at_organization_id, before, before_id, page_size) h;
end $$;
grant execute on function public.customer_history(uuid, uuid, timestamptz, uuid, integer) to authenticated, service_role;
comment on function public.customer_history(uuid, uuid, timestamptz, uuid, integer) is
  'A customer''s appointments, newest first, with the rating they gave: their own at every organization, for members with appointments.read those at theirs. Next page: starts_at and id of the last row as before and before_id.';
