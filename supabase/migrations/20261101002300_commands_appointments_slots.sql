-- Appointments, slots: which teams can serve a service, when, and why not.
-- appointments.offered is the one predicate of the domain: listing asks it for a range, booking for an instant.

create type appointments.team as (resource_ids uuid[], choice_ids uuid[], rank integer[]);
comment on type appointments.team is
  'One way to fill the groups of a service: all members, the chosen ones among them, and their places in their groups.';

-- Every member of each `all` group, one of each `any` group. The first teams are the preferred ones.
create function appointments.teams(service_id uuid, wanted_id uuid default null)
returns appointments.team[]
language plpgsql stable set search_path = '' as $$
declare
  teams appointments.team[] := array[row('{}', '{}', '{}')];
  longer appointments.team[];
  team appointments.team;
  required boolean;
  ids uuid[];
begin
  for required, ids in
    select g.rule = 'all', array(
      select m.resource_id from public.service_group_members m
      where m.service_id = g.service_id and m.group_name = g.name
      order by m.position)
    from public.service_groups g
    where g.service_id = teams.service_id
    order by g.rule, g.name
  loop
    longer := '{}';
    foreach team in array teams loop
      for place in 1 .. cardinality(ids) loop
        if required then
          team.resource_ids := array_remove(team.resource_ids, ids[place]) || ids[place];
        elsif ids[place] <> all (team.resource_ids) then
          longer := longer || row(team.resource_ids || ids[place], team.choice_ids || ids[place], team.rank || place)::appointments.team;
        end if;
      end loop;
      -- A group that has lost its last member is not done without.
      if required and ids <> '{}' then
        longer := longer || team;
      end if;
    end loop;
    teams := longer;
  end loop;
  if wanted_id is not null then
    teams := array(select t from unnest(teams) t where wanted_id = any (t.resource_ids));
  end if;
  return teams;
end $$;
comment on function appointments.teams(uuid, uuid) is
  'The teams that can serve a service, the preferred ones first; only those with the resource `wanted_id` if given.';

create function appointments.customers_range(service public.services)
returns tstzrange
language plpgsql stable set search_path = '' as $$
begin
  return tstzrange(now() + make_interval(mins => service.minimum_notice_minutes),
    now() + make_interval(hours => 24 * service.booking_horizon_days), '[]');
end $$;
comment on function appointments.customers_range(public.services) is 'When customers may book starts of a service: after its notice, before its horizon.';

-- Whoever runs the desk is not held to the notice and horizon that customers are, but to the present and two years. They
-- are asked for their permission only where it makes a difference. Hours, not days: a day of the session's zone may have 23.
create function appointments.bookable(service public.services, within tstzrange)
returns tstzrange
language plpgsql stable set search_path = '' as $$
declare
  customers tstzrange := appointments.customers_range(service);
begin
  return within * case
    when within <@ customers then customers
    when core.has_permission(service.organization_id, 'appointments.manage') then tstzrange(now(), now() + interval '17544 hours', '[]')
    else customers
  end;
end $$;
comment on function appointments.bookable(public.services, tstzrange) is
  'The part of a range in which the caller may book starts of a service.';

create type appointments.terms as (duration interval, every interval, lead interval, trail interval, party integer, grid calendar.grid, customer uuid);
comment on type appointments.terms is
  'The measures of a booking: duration, interval, the buffers before (lead) and after (trail) it, how many people come, the grid if it is not that of the opening, and whose limits count (appointments.customer_key), if not the caller''s.';

create function appointments.service_grid(service public.services)
returns calendar.grid
language plpgsql immutable set search_path = '' as $$
begin
  return case service.grid
    when 'midnight' then row('midnight', null, null)::calendar.grid
    when 'gap' then row('gap', array[coalesce(service.grid_minutes, service.slot_interval_minutes)], null)::calendar.grid
    when 'optimized' then row('optimized', service.grid_preferred, null)::calendar.grid
  end;
end $$;
comment on function appointments.service_grid(public.services) is 'The grid of a service; null for that of the opening.';

create function appointments.service_terms(service public.services, party integer default 1)
returns appointments.terms
language plpgsql immutable set search_path = '' as $$
begin
  return row(make_interval(mins => service.duration_minutes), make_interval(mins => service.slot_interval_minutes),
    make_interval(mins => service.buffer_before_minutes), make_interval(mins => service.buffer_after_minutes), party,
    appointments.service_grid(service), null)::appointments.terms;
end $$;
comment on function appointments.service_terms(public.services, integer) is 'The measures of a new booking of a service.';

-- A gap begins where the caller may book at the earliest, whatever range they ask for. Rounded up to the interval, so that
-- the grid does not move with the clock between a look at the list and the booking.
create function appointments.with_notice(terms appointments.terms, service public.services)
returns appointments.terms
language plpgsql stable set search_path = '' as $$
declare
  earliest timestamptz := now();
begin
  if (terms.grid).mode in ('gap', 'optimized') then
    if service.minimum_notice_minutes > 0 and not core.has_permission(service.organization_id, 'appointments.manage') then
      earliest := earliest + make_interval(mins => service.minimum_notice_minutes);
    end if;
    terms.grid.since := date_bin(terms.every, earliest + terms.every - interval '1 microsecond', 'epoch');
  end if;
  return terms;
end $$;
comment on function appointments.with_notice(appointments.terms, public.services) is
  'Terms whose grid, if it is one of gaps, leaves out what is too near for the caller to book.';

create function appointments.claimed(terms appointments.terms, starts_at timestamptz)
returns tstzrange
language plpgsql immutable set search_path = '' as $$
begin
  return tstzrange(starts_at - terms.lead, starts_at + terms.duration + terms.trail);
end $$;
comment on function appointments.claimed(appointments.terms, timestamptz) is 'What a booking takes of its resources: its time and its buffers.';

-- What expired holds still have is counted as free: whoever comes first clears them (appointments.take_seats).
create function appointments.open_sessions(service public.services, terms appointments.terms, within tstzrange, wanted_id uuid)
returns table (session public.group_sessions, seats_left integer)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select g, g.seats - g.seats_taken + expired.seats
    from public.group_sessions g
    cross join lateral (
      select coalesce(sum(h.party_size), 0)::integer as seats from public.holds h
      where h.session_id = g.id and h.status = 'held' and h.expires_at <= now()
    ) as expired
    where g.service_id = service.id and g.starts_at >= lower(within) and g.starts_at <= upper(within) and g.starts_at <@ within
      and g.status = 'open' and g.seats_taken - expired.seats + terms.party <= g.seats
      and (wanted_id is null or wanted_id = any (g.resource_ids))
    order by g.starts_at, g.id;
end $$;
comment on function appointments.open_sessions(public.services, appointments.terms, tstzrange, uuid) is
  'The sessions of a service in a range that have seats for the party, and how many are left.';

create function appointments.free_teams(
  service public.services, terms appointments.terms, within tstzrange, wanted_id uuid default null, ignoring uuid default null)
returns table (starts_at timestamptz, team appointments.team)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  teams appointments.team[] := appointments.teams(service.id, wanted_id);
  numbers integer[] := '{}';
  members uuid[] := '{}';
  bounds tstzrange := appointments.bookable(service, within);
  full_periods appointments.full_period[];
  unlimited boolean;
begin
  for number in 1 .. cardinality(teams) loop
    numbers := numbers || array_fill(number, array[cardinality(teams[number].resource_ids)]);
    members := members || teams[number].resource_ids;
  end loop;
  terms := appointments.with_notice(terms, service);
  full_periods := appointments.full_periods(service, members, bounds, terms.duration, ignoring, terms.customer);
  unlimited := full_periods = '{}';
  return query
    select s.starts_at, teams[s.team]
    from calendar.slots(numbers, members, bounds, terms.duration, terms.every, terms.lead, terms.trail, ignoring, terms.grid) s
    where unlimited or appointments.full_limit(full_periods, s.starts_at, (teams[s.team]).resource_ids) is null;
  -- The list that a move is chosen from counts gaps with what is to be moved in them: those starts are as good.
  if ignoring is not null and (terms.grid).mode in ('gap', 'optimized') then
    return query
      select s.starts_at, teams[s.team]
      from calendar.slots(numbers, members, bounds, terms.duration, terms.every, terms.lead, terms.trail, null, terms.grid) s
      where unlimited or appointments.full_limit(full_periods, s.starts_at, (teams[s.team]).resource_ids) is null;
  end if;
end $$;
comment on function appointments.free_teams(public.services, appointments.terms, tstzrange, uuid, uuid) is
  'The starts for which the caller can book a whole team. Claims of the appointment `ignoring`, which is to be moved, do not block.';

create function appointments.offered(
  service public.services, terms appointments.terms, within tstzrange, wanted_id uuid default null, ignoring uuid default null)
returns table (starts_at timestamptz, team appointments.team, seats_left integer)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  full_periods appointments.full_period[];
begin
  if service.seats > 1 then
    -- A session is counted to its resources already, however many come.
    full_periods := appointments.full_periods(service,
      array(select m.resource_id from public.service_group_members m where m.service_id = service.id), within, terms.duration, null,
      terms.customer, array['customer', 'service']);
    return query
      select (o.session).starts_at, row((o.session).resource_ids, (o.session).resource_ids, '{}'::integer[])::appointments.team, o.seats_left
      from appointments.open_sessions(service, terms, appointments.bookable(service, within), wanted_id) o
      where cardinality(full_periods) = 0 or appointments.full_limit(full_periods, (o.session).starts_at, (o.session).resource_ids) is null;
  end if;
  return query
    select f.starts_at, f.team, service.seats from appointments.free_teams(service, terms, within, wanted_id, ignoring) f;
end $$;
comment on function appointments.offered(public.services, appointments.terms, tstzrange, uuid, uuid) is
  'The starts that the caller can book: of sessions that have seats left, and with a team of their own.';

create function appointments.require_bookable_service(service_id uuid)
returns public.services
language plpgsql stable security definer set search_path = '' as $$
declare
  service public.services;
begin
  select * into service from public.services s where s.id = require_bookable_service.service_id;
  if service.id is null
    or not ((service.active and service.visibility = 'public') or core.is_member_or_service(service.organization_id)) then
    perform core.raise_error(404, 'not_found', 'There is no such service.');
  end if;
  if service.visibility = 'private' then
    perform core.require(service.organization_id, 'appointments.book');
  end if;
  if not service.active then
    perform core.raise_error(422, 'service_not_active', 'This service is no longer offered.');
  end if;
  return service;
end $$;
comment on function appointments.require_bookable_service(uuid) is
  'The service, if the caller may see its slots: a public one anyone, a private one with appointments.book.';

create function appointments.check_party(service public.services, party_size integer)
returns void
language plpgsql immutable set search_path = '' as $$
begin
  if party_size is null or party_size not between 1 and service.maximum_party then
    perform core.raise_error(422, 'party_too_large', format('A booking of this service is for %s at most.', service.maximum_party),
      jsonb_build_object('maximum', service.maximum_party));
  end if;
end $$;
comment on function appointments.check_party(public.services, integer) is 'PT422 party_too_large {maximum} unless so many may come on one booking.';

-- A million starts of teams, taken or not, is what one question may be about.
create function appointments.longest_range(service_id uuid, terms appointments.terms, wanted_id uuid)
returns interval
language plpgsql stable set search_path = '' as $$
begin
  return terms.every * (1000000.0 / greatest((select count(*) from appointments.teams(service_id, wanted_id)), 1));
end $$;
comment on function appointments.longest_range(uuid, appointments.terms, uuid) is
  'For how long a range the starts of a service may be asked for at once: the shorter the more teams can serve it.';

create function appointments.available_slots(
  service_id uuid, from_time timestamptz, to_time timestamptz, resource_id uuid, party_size integer)
returns table (starts_at timestamptz, ends_at timestamptz, resource_ids uuid[], seats_left integer)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  service public.services := appointments.require_bookable_service(service_id);
  terms appointments.terms := appointments.service_terms(service, party_size);
begin
  perform appointments.check_party(service, party_size);
  if to_time is null or from_time is null or to_time <= from_time then
    perform core.raise_error(422, 'invalid_input', 'The range must end after it starts.', '{"field": "to_time"}');
  end if;
  if to_time - from_time > interval '62 days' then
    perform core.raise_error(422, 'range_too_long', 'Ask for at most 62 days at once.', '{"maximum_days": 62}');
  end if;
  if to_time - from_time > appointments.longest_range(service.id, terms, resource_id) then
    perform core.raise_error(422, 'range_too_long', 'So many people can serve this that fewer days must be asked for at once, or one person.');
  end if;
  return query
    select c.starts_at, c.starts_at + terms.duration, coalesce(array_agg(distinct c.id) filter (where c.id is not null), '{}'), max(c.seats_left)
    from (
      select o.starts_at, o.seats_left, unnest(coalesce(nullif((o.team).choice_ids, '{}'), array[null::uuid])) as id
      from appointments.offered(service, terms, tstzrange(from_time, to_time), resource_id) o
    ) c
    group by c.starts_at
    order by c.starts_at;
end $$;
grant execute on function appointments.available_slots(uuid, timestamptz, timestamptz, uuid, integer) to anon, authenticated, service_role;
comment on function appointments.available_slots(uuid, timestamptz, timestamptz, uuid, integer) is 'See public.available_slots.';

create function public.available_slots(
  service_id uuid, from_time timestamptz, to_time timestamptz, resource_id uuid default null, party_size integer default 1)
returns table (starts_at timestamptz, ends_at timestamptz, resource_ids uuid[], seats_left integer)
language sql stable security invoker set search_path = '' as $$
  select * from appointments.available_slots(service_id, from_time, to_time, resource_id, party_size)
$$;
grant execute on function public.available_slots(uuid, timestamptz, timestamptz, uuid, integer) to anon, authenticated, service_role;
comment on function public.available_slots(uuid, timestamptz, timestamptz, uuid, integer) is
  'The slots of a service for a party that start in [from_time, to_time), at most 62 days, and for each who can be chosen to serve (resource_ids; pass one as resource_id to see theirs only) and how many seats are left. What is listed can be booked, nothing else can.';

-- Why a start is not offered, in the order in which a person would ask.
create function appointments.refuse_start(
  service public.services, terms appointments.terms, starts_at timestamptz, wanted_id uuid, ignoring uuid)
returns void
language plpgsql stable set search_path = '' as $$
declare
  claimed tstzrange := appointments.claimed(terms, starts_at);
  instant tstzrange := tstzrange(starts_at, starts_at, '[]');
  teams appointments.team[] := appointments.teams(service.id, wanted_id);
  reason text;
  in_the_way jsonb := jsonb_build_array();
  candidate record;
  of_gaps boolean := coalesce((terms.grid).mode in ('gap', 'optimized'), false);
  fits boolean;
  on_grid boolean;
  full_limit uuid;
begin
  if isempty(appointments.bookable(service, instant)) then
    reason := case when starts_at < now() + make_interval(hours => 24 * service.booking_horizon_days) then 'too_soon' else 'too_far' end;
  else
    reason := 'closed';
    for candidate in
      select t.resource_ids, range_intersect_agg(a.open) as open, min(a.time_zone) as zone,
        bool_or(a.blocked @> starts_at) as blocked
      from unnest(teams) t
      join calendar.availability((select array_agg(distinct m) from unnest(teams) x, unnest(x.resource_ids) m),
        instant, terms.lead, terms.duration + terms.trail, ignoring) a on a.resource_id = any (t.resource_ids)
      group by t.resource_ids
      having count(*) = cardinality(t.resource_ids)  -- a member that is never open, or retired, has no row
    loop
      -- What is taken bears no grid of gaps: whatever could start there but for that is taken.
      fits := candidate.open @> tstzrange(starts_at, starts_at + terms.duration);
      on_grid := case when of_gaps then fits and candidate.blocked else exists (
        select from calendar.grid_starts(terms.grid, candidate.open, '{}', instant, terms.duration, terms.every, candidate.zone))
      end;
      if on_grid then
        in_the_way := in_the_way || calendar.conflicts(candidate.resource_ids, claimed, ignoring);
        reason := 'absent';
      elsif reason = 'closed' and fits then
        reason := 'off_grid';
      end if;
      if fits and not candidate.blocked and (on_grid or of_gaps) then
        full_limit := coalesce(full_limit, appointments.full_limit(
          appointments.full_periods(service, candidate.resource_ids, instant, terms.duration, ignoring, terms.customer), starts_at, candidate.resource_ids));
      end if;
    end loop;
  end if;
  if service.seats > 1 and reason not in ('too_soon', 'too_far') and exists (
    select from public.group_sessions g where g.service_id = service.id and g.starts_at = refuse_start.starts_at and g.status = 'open') then
    perform core.raise_error(409, 'session_full', 'There are not enough seats left. Choose another time.');
  end if;
  if full_limit is not null then
    perform appointments.refuse_limit(appointments.limits_of(service.organization_id), full_limit);
  end if;
  -- What was in the way may have gone again since it was met: that too was a conflict, and worth another try.
  if in_the_way <> '[]' or (reason = 'absent'
    and exists (select from appointments.offered(service, terms, instant, wanted_id, ignoring))) then
    perform core.raise_error(409, 'slot_taken', 'This time is taken. Choose another slot.',
      jsonb_build_object('conflicts', (select coalesce(jsonb_agg(distinct c), '[]') from jsonb_array_elements(in_the_way) c)));
  end if;
  perform core.raise_error(422, 'slot_not_offered', case reason
      when 'too_soon' then 'This time is past or too near to be booked.'
      when 'too_far' then 'This time is further ahead than can be booked.'
      when 'off_grid' then 'Bookings do not start at this minute. Choose one of the slots offered.'
      when 'absent' then 'Nobody is available at this time. Choose another slot.'
      else 'It is closed at this time. Choose one of the slots offered.'
    end, jsonb_build_object('reason', reason));
end $$;
comment on function appointments.refuse_start(public.services, appointments.terms, timestamptz, uuid, uuid) is
  'Raises why a start cannot be booked: PT409 slot_taken with what is in the way, PT409 limit_reached, or PT422 slot_not_offered with the reason too_soon, too_far, closed, off_grid or absent.';
