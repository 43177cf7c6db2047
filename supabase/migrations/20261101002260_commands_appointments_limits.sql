-- Appointments, commands on limits: count what is booked, tell what is used up, set limits and recount.
-- Order of locks: before anything of the calendar the organization's bookings (shared; whoever sets limits takes them alone,
-- so that a recount misses no booking), after the claims the counters, earliest period first.

create type appointments.use as (
  service_id uuid, customer uuid, resource_ids uuid[], starts_at timestamptz, minutes integer, times integer, subjects text[]);
comment on type appointments.use is
  'What counts against limits: times is 1 for a booking and -1 for one given back; subjects, whose limits it counts against.';

create function appointments.customer_key(customer_id uuid, email text, phone text)
returns uuid
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(customer_id, md5(coalesce(lower(email), regexp_replace(phone, '[^0-9]', '', 'g')))::uuid);
end $$;
comment on function appointments.customer_key(uuid, text, text) is
  'Whom a limit counts: an account, or a guest by the hash of their e-mail address, of their phone number if they gave none.';

-- Seats of a session: its resources are busy once, however many come.
create function appointments.use_of(appointment public.appointments, times integer)
returns appointments.use
language plpgsql immutable set search_path = '' as $$
begin
  return row(appointment.service_id,
    appointments.customer_key(appointment.customer_id, appointment.guest_email, appointment.guest_phone), appointment.resource_ids,
    appointment.starts_at, extract(epoch from appointment.ends_at - appointment.starts_at)::integer / 60,
    case when appointment.status in ('pending', 'booked', 'arrived', 'checked_in', 'fulfilled') then times else 0 end,
    case when appointment.session_id is null then array['customer', 'resource', 'service'] else array['customer', 'service'] end)::appointments.use;
end $$;
comment on function appointments.use_of(public.appointments, integer) is
  'What an appointment counts against limits: nothing when it is cancelled, was not kept, or is an error.';

create function appointments.session_use(session public.group_sessions, times integer)
returns appointments.use
language plpgsql immutable set search_path = '' as $$
begin
  return row(session.service_id, null, session.resource_ids, session.starts_at,
    extract(epoch from session.ends_at - session.starts_at)::integer / 60, times, array['resource'])::appointments.use;
end $$;
comment on function appointments.session_use(public.group_sessions, integer) is 'What a session counts against the limits of its resources.';

create function appointments.limits_of(organization_id uuid)
returns public.booking_limits[]
language plpgsql stable set search_path = '' as $$
begin
  return array(select l from public.booking_limits l where l.organization_id = limits_of.organization_id);
end $$;
comment on function appointments.limits_of(uuid) is 'The limits of an organization, its services and its resources.';

-- After the heads of streams and before rows of sessions and claims. One booking takes claims, then counters; of two times
-- in one transaction the second comes after the first one's counters, and who has its time may wait for those. So many
-- bookings at once (series) are never under way beside single ones.
create function appointments.join_bookings(organization_id uuid)
returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock_shared(calendar.bookings_lock(organization_id));
end $$;
comment on function appointments.join_bookings(uuid) is
  'First of every command that takes time or gives it back: beside others that do, never beside one that has all bookings to itself.';

create function appointments.lock_bookings(organization_id uuid)
returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(calendar.bookings_lock(organization_id));
end $$;
comment on function appointments.lock_bookings(uuid) is
  'Waits for the bookings of an organization that are under way, and keeps new ones waiting until the end of the transaction: for series, and for whoever sets limits.';

create function appointments.have_bookings(organization_id uuid, waiting boolean)
returns boolean
language plpgsql set search_path = '' as $$
begin
  if waiting then
    perform appointments.lock_bookings(organization_id);
    return true;
  end if;
  return pg_try_advisory_xact_lock(calendar.bookings_lock(organization_id));
end $$;
comment on function appointments.have_bookings(uuid, boolean) is
  'Takes the bookings of an organization for itself, if it can or after waiting. A job that goes from one organization to the next waits for the first only: who holds one and waits for another could be waited for.';

create function appointments.limit_subjects(booking_limit public.booking_limits, use appointments.use)
returns table (subject_id uuid, time_zone text)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  if booking_limit.subject <> all (use.subjects) or use.service_id <> booking_limit.service_id
    or booking_limit.resource_id <> all (use.resource_ids) then
    return;
  elsif booking_limit.subject = 'resource' then
    return query select r.id, r.time_zone from public.resources r
      where r.id = any (case when booking_limit.resource_id is null then use.resource_ids else array[booking_limit.resource_id] end);
    return;
  end if;
  subject_id := case booking_limit.subject when 'customer' then use.customer else use.service_id end;
  if subject_id is not null then
    time_zone := case when booking_limit.resource_id is null
      then (select o.time_zone from public.organizations o where o.id = booking_limit.organization_id)
      else (select r.time_zone from public.resources r where r.id = booking_limit.resource_id) end;
    return next;
  end if;
end $$;
comment on function appointments.limit_subjects(public.booking_limits, appointments.use) is
  'Against whose counters of a limit something counts, and in which zone their periods are.';

create function appointments.counters(limits public.booking_limits[], uses appointments.use[])
returns table (limit_id uuid, subject_id uuid, period_start date, change integer)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query
    select l.id, s.subject_id, p.start, sum(u.times * case l.unit when 'minutes' then u.minutes else 1 end)::integer
    from unnest(uses) u
    cross join unnest(limits) l
    cross join lateral appointments.limit_subjects(l, u) s
    cross join lateral (select date_trunc(l.period, u.starts_at at time zone s.time_zone)::date as start) p
    group by l.id, s.subject_id, p.start
    having sum(u.times * case l.unit when 'minutes' then u.minutes else 1 end) <> 0;
end $$;
comment on function appointments.counters(public.booking_limits[], appointments.use[]) is
  'The counters that uses change together, and by how much.';

create function appointments.count_uses(
  organization_id uuid, uses appointments.use[], binding text[] default null)
returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  limits public.booking_limits[];
  counter record;
begin
  limits := appointments.limits_of(organization_id);
  if limits = '{}' then
    return;
  end if;
  binding := coalesce(binding, appointments.binding_limits(organization_id));
  for counter in
    select c.*, l.period, l.unit, l.maximum, l.subject <> all (binding) as free
    from appointments.counters(limits, uses) c
    join unnest(limits) l on l.id = c.limit_id
    order by c.period_start, l.subject <> 'resource', c.limit_id, c.subject_id
  loop
    if counter.change < 0 then
      update appointments.limit_uses u
      set used = greatest(u.used + counter.change, 0), allowed = greatest(counter.maximum, u.used + counter.change)
      where u.limit_id = counter.limit_id and u.subject_id = counter.subject_id and u.period_start = counter.period_start;
      continue;
    end if;
    insert into appointments.limit_uses as u (limit_id, subject_id, period_start, used, allowed)
    select counter.limit_id, counter.subject_id, counter.period_start, counter.change,
      case when counter.free then greatest(counter.maximum, counter.change) else counter.maximum end
    where counter.free or counter.change <= counter.maximum
    on conflict on constraint limit_uses_pkey do update
    set used = u.used + counter.change,
      allowed = case when counter.free then greatest(u.allowed, u.used + counter.change) else u.allowed end
    where counter.free or u.used + counter.change <= u.allowed;
    if not found then
      perform appointments.refuse_limit(limits, counter.limit_id);
    end if;
  end loop;
end $$;
comment on function appointments.count_uses(uuid, appointments.use[], text[]) is
  'Counts bookings made and given back, in one sorted pass. PT409 limit_reached where a limit that binds (customer, resource, service; null: as it does the caller) would be passed; others are counted beyond their maximum.';

create function appointments.refuse_limit(limits public.booking_limits[], limit_id uuid)
returns void
language plpgsql stable set search_path = '' as $$
declare
  passed public.booking_limits;
begin
  select * into passed from unnest(limits) l where l.id = limit_id;
  perform core.raise_error(409, 'limit_reached', format('No more can be booked this %s. Choose another.', passed.period),
    jsonb_build_object('limit', passed.id, 'subject', passed.subject, 'period', passed.period, 'unit', passed.unit, 'maximum', passed.maximum));
end $$;
comment on function appointments.refuse_limit(public.booking_limits[], uuid) is 'Raises PT409 limit_reached {limit, subject, period, unit, maximum}.';

-- Whoever runs the desk books beyond what one customer may have; what a person or a service can take binds them too.
create function appointments.binding_limits(organization_id uuid, desk boolean default null)
returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return case when coalesce(desk, core.has_permission(organization_id, 'appointments.manage'))
    then array['resource', 'service'] else array['customer', 'resource', 'service'] end;
end $$;
comment on function appointments.binding_limits(uuid, boolean) is 'The subjects whose limits bind the caller.';

create function appointments.count_use(
  service public.services, customer_id uuid, resource_ids uuid[], starts_at timestamptz, minutes integer, times integer)
returns void
language plpgsql set search_path = '' as $$
begin
  perform appointments.count_uses(service.organization_id, array[row(service.id, customer_id, resource_ids, starts_at, minutes, times,
    array['customer', 'resource', 'service'])::appointments.use], '{}');
end $$;
comment on function appointments.count_use(public.services, uuid, uuid[], timestamptz, integer, integer) is
  'Counts what is booked already, even beyond a limit: an import, or (times -1) what is taken back.';

-- All at once, in the one order; the past, which is most of an import, has no counters.
create function appointments.count_imported(organization_id uuid, appointment_ids uuid[])
returns void
language plpgsql set search_path = '' as $$
declare
  since timestamptz := now() - interval '33 days';
  uses appointments.use[] := array(
    select appointments.use_of(a, 1) from public.appointments a where a.id = any (appointment_ids) and a.starts_at >= since
    union all
    select appointments.session_use(g, 1) from public.group_sessions g
    where g.created_at = now() and g.starts_at >= since and g.id in (
      select a.session_id from public.appointments a where a.id = any (appointment_ids) and a.starts_at >= since));
begin
  perform appointments.count_uses(organization_id, uses, '{}');
end $$;
comment on function appointments.count_imported(uuid, uuid[]) is
  'Counts bookings that this transaction has imported, and the sessions that it has opened for them, even beyond a limit.';

create type appointments.full_period as (limit_id uuid, resource_id uuid, during tstzrange);
comment on type appointments.full_period is
  'Starts that a limit refuses: of teams with the resource, or, without one, of the service altogether.';

-- What is to be moved (ignoring) does not stand in its own way.
create function appointments.full_periods(
  service public.services, resource_ids uuid[], within tstzrange, duration interval, ignoring uuid default null,
  customer uuid default null, subjects text[] default array['customer', 'resource', 'service'])
returns appointments.full_period[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  limits public.booking_limits[] := appointments.limits_of(service.organization_id);
  binding text[];
  minutes integer := extract(epoch from duration)::integer / 60;
  own appointments.use[] := '{}';
  moved public.appointments;
begin
  if limits = '{}' then
    return '{}';
  end if;
  binding := array(
    select b from unnest(appointments.binding_limits(service.organization_id, case when customer is not null then false end)) b where b = any (subjects));
  customer := coalesce(customer, core.actor_id());
  if ignoring is not null then
    select * into moved from public.appointments a where a.id = ignoring;
    own := array[appointments.use_of(moved, -1)];
    customer := (own[1]).customer;
  end if;
  return array(
    select row(l.id, case when l.subject = 'resource' then s.subject_id else l.resource_id end,
      case when n.more > l.maximum then tstzrange(null, null) else tstzrange(
        calendar.day_begin(u.period_start, s.time_zone),
        calendar.day_begin((u.period_start + ('1 ' || l.period)::interval)::date, s.time_zone)) end)::appointments.full_period
    from unnest(limits) l
    cross join lateral (select case l.unit when 'minutes' then minutes else 1 end as more) n
    cross join lateral appointments.limit_subjects(l, row(service.id, customer, resource_ids, null, null, null, binding)::appointments.use) s
    left join appointments.limit_uses u on n.more <= l.maximum and u.limit_id = l.id and u.subject_id = s.subject_id
      and u.period_start between (lower(within) at time zone s.time_zone)::date - 31 and (upper(within) at time zone s.time_zone)::date
    left join appointments.counters(limits, own) c on c.limit_id = u.limit_id and c.subject_id = u.subject_id and c.period_start = u.period_start
    where n.more > l.maximum or u.used + coalesce(c.change, 0) + n.more > u.allowed);
end $$;
comment on function appointments.full_periods(public.services, uuid[], tstzrange, interval, uuid, uuid, text[]) is
  'The periods around a range in which limits refuse the caller, or another customer, a booking with some of these resources; none where nothing is limited.';

create function appointments.full_limit(full_periods appointments.full_period[], starts_at timestamptz, resource_ids uuid[])
returns uuid
language plpgsql immutable set search_path = '' as $$
declare
  period appointments.full_period;
begin
  foreach period in array full_periods loop
    if period.during @> starts_at and (period.resource_id is null or period.resource_id = any (resource_ids)) then
      return period.limit_id;
    end if;
  end loop;
  return null;
end $$;
comment on function appointments.full_limit(appointments.full_period[], timestamptz, uuid[]) is 'The limit that refuses a start to a team; null when none does.';

-- A counter is never right without what was booked before it, of periods that have not ended.
create function appointments.recount_limits(limits public.booking_limits[])
returns void
language plpgsql set search_path = '' as $$
declare
  since timestamptz := now() - interval '33 days';
  uses appointments.use[] := array(
    select appointments.use_of(a, 1) from public.appointments a
    where a.organization_id = (limits[1]).organization_id and a.starts_at >= since
    union all
    select appointments.session_use(g, 1) from public.group_sessions g
    where g.organization_id = (limits[1]).organization_id and g.starts_at >= since and g.status <> 'cancelled');
begin
  delete from appointments.limit_uses u using unnest(limits) l where u.limit_id = l.id;
  insert into appointments.limit_uses (limit_id, subject_id, period_start, used, allowed)
  select c.limit_id, c.subject_id, c.period_start, c.change, greatest(c.change, l.maximum)
  from appointments.counters(limits, uses) c
  join unnest(limits) l on l.id = c.limit_id;
end $$;
comment on function appointments.recount_limits(public.booking_limits[]) is
  'Counts limits of one organization anew from what is booked. The caller has the organization''s limits for itself.';

-- A zone that changes gives every booking of it another day.
create function appointments.recount_in_another_zone() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  organization_id uuid := case tg_table_name when 'organizations' then new.id else (to_jsonb(new) ->> 'organization_id')::uuid end;
  limits public.booking_limits[];
begin
  perform appointments.lock_bookings(organization_id);
  limits := appointments.limits_of(organization_id);
  if limits <> '{}' then
    perform appointments.recount_limits(limits);
  end if;
  return null;
end $$;
comment on function appointments.recount_in_another_zone() is 'Counts limits anew whose days are others from now on.';
create trigger appointments_recount_limits after update of time_zone on public.organizations
  for each row when (old.time_zone <> new.time_zone) execute function appointments.recount_in_another_zone();
create trigger appointments_recount_limits after update of time_zone on public.resources
  for each row when (old.time_zone <> new.time_zone) execute function appointments.recount_in_another_zone();

create function appointments.set_booking_limits(limits jsonb, organization_id uuid, service_id uuid, resource_id uuid)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  before public.booking_limits[];
  after public.booking_limits[];
  target text := case when service_id is not null then 'service' when resource_id is not null then 'resource' else 'organization' end;
begin
  if num_nonnulls(organization_id, service_id, resource_id) <> 1 then
    perform core.raise_error(422, 'invalid_input', 'Say whose limits: organization_id, service_id or resource_id.', '{"field": "service_id"}');
  elsif service_id is not null then
    organization_id := (appointments.require_service(service_id, 'services.manage')).organization_id;
  elsif resource_id is not null then
    organization_id := (calendar.require_resource(resource_id, 'resources.manage')).organization_id;
  else
    perform core.require(organization_id, 'services.manage');
  end if;
  perform core.require_array(limits, 'limits', 20);
  perform core.refuse_unknown_keys(l, array['subject', 'period', 'unit', 'maximum']) from jsonb_array_elements(limits) l;
  if (select count(distinct l - 'maximum') from jsonb_array_elements(limits) l) < jsonb_array_length(limits) then
    perform core.raise_error(422, 'invalid_input', 'Name each kind of limit once.', '{"field": "limits"}');
  end if;
  perform appointments.lock_bookings(organization_id);
  before := appointments.limits_of_one(organization_id, service_id, resource_id);
  delete from public.booking_limits b
    using unnest(before) old
    where b.id = old.id and not exists (
      select from jsonb_to_recordset(limits) as l(subject text, period text, unit text)
      where l.subject = b.subject and l.period = b.period and l.unit = b.unit);
  insert into public.booking_limits as b (organization_id, service_id, resource_id, subject, period, unit, maximum)
  select set_booking_limits.organization_id, set_booking_limits.service_id, set_booking_limits.resource_id, l.subject, l.period, l.unit, l.maximum
  from jsonb_to_recordset(limits) as l(subject text, period text, unit text, maximum integer)
  on conflict on constraint one_limit_of_a_kind do update set maximum = excluded.maximum;
  after := appointments.limits_of_one(organization_id, service_id, resource_id);
  if after <> '{}' then
    perform appointments.recount_limits(after);
  end if;
  perform core.append_event(organization_id, target, coalesce(service_id, resource_id, organization_id), target || '.limits_changed', '{}');
  perform core.audit(organization_id, target || '.limits_changed', target, coalesce(service_id, resource_id, organization_id),
    to_jsonb(before), to_jsonb(after));
  return to_jsonb(after);
end $$;
grant execute on function appointments.set_booking_limits(jsonb, uuid, uuid, uuid) to authenticated, service_role;
comment on function appointments.set_booking_limits(jsonb, uuid, uuid, uuid) is 'See public.set_booking_limits.';

create function appointments.limits_of_one(organization_id uuid, service_id uuid, resource_id uuid)
returns public.booking_limits[]
language plpgsql volatile set search_path = '' as $$
begin
  return array(
    select l from public.booking_limits l
    where l.organization_id = limits_of_one.organization_id and l.service_id is not distinct from limits_of_one.service_id
      and l.resource_id is not distinct from limits_of_one.resource_id
    order by l.subject, l.period, l.unit);
end $$;
comment on function appointments.limits_of_one(uuid, uuid, uuid) is 'The limits of a service, of a resource, or of the organization itself.';

create function public.set_booking_limits(
  limits jsonb, organization_id uuid default null, service_id uuid default null, resource_id uuid default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.set_booking_limits(limits, organization_id, service_id, resource_id);
end $$;
grant execute on function public.set_booking_limits(jsonb, uuid, uuid, uuid) to authenticated, service_role;
comment on function public.set_booking_limits(jsonb, uuid, uuid, uuid) is
  'Sets how much may be booked of a service, of a resource or, across services, in an organization: [{"subject": "customer", "resource" or "service", "period": "day", "week" or "month", "unit": "bookings" or "minutes", "maximum": n}, …]; those not named are lifted. What is booked already is counted, and kept even beyond a new maximum. Customers'' limits do not bind the desk. Needs services.manage, for a resource resources.manage. Returns the limits.';

-- Counters of periods that ended long ago.
select cron.schedule('appointments-limits', '41 3 * * *',
  $$delete from appointments.limit_uses u where u.period_start < current_date - 62$$);
