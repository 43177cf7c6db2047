-- Appointments, search: organizations near a point, whether they are open, and when the next slot is free.
-- Places are points of three coordinates on a sphere (calendar.on_earth), so that neither the poles nor the antimeridian
-- are special. The straight line through the earth grows with the way over ground, so the index orders by it:
-- way = 2 R asin(line / 2 R), as in the extension earthdistance, whose own functions do not run under an empty search_path.

create function calendar.way(line double precision)
returns double precision
language plpgsql immutable strict parallel safe set search_path = '' as $$
begin
  return 2 * 6371008.8 * asin(least(1, line / (2 * 6371008.8)));
end $$;
comment on function calendar.way(double precision) is 'Metres over ground between points that are so many metres apart through the earth.';

create function calendar.line(way double precision)
returns double precision
language plpgsql immutable strict parallel safe set search_path = '' as $$
begin
  return 2 * 6371008.8 * sin(least(pi() / 2, way / (2 * 6371008.8)));
end $$;
comment on function calendar.line(double precision) is 'Metres through the earth between points that are so many metres apart over ground.';

create function appointments.services_at(location_id uuid, service_name text default null)
returns setof public.services
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan rows 5 as $$
begin
  return query
    select s.* from public.services s
    where s.active and s.visibility = 'public'
      and (service_name is null or position(lower(service_name) in lower(s.name)) > 0)
      and s.id = any (array(
        select m.service_id from public.resources r
        join public.service_group_members m on m.resource_id = r.id
        where r.location_id = services_at.location_id and r.active))
    order by s.name, s.id
    limit 20;
end $$;
comment on function appointments.services_at(uuid, text) is
  'The active public services for which a location has someone or something, 20 at most; only those whose name holds `service_name`, if given.';

create function appointments.is_open(location_ids uuid[])
returns uuid[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  instant tstzrange := tstzrange(now(), now() + interval '1 second');
  bookable uuid[] := array(
    select r.id from public.resources r
    where r.location_id = any (location_ids) and r.active
      and r.id = any (array(
        select m.resource_id from public.service_group_members m
        join public.services s on s.id = m.service_id
        where m.resource_id = r.id and s.active and s.visibility = 'public')));
begin
  return array(
    select distinct r.location_id
    from calendar.open_hours(bookable, instant) h
    join public.resources r on r.id = h.resource_id
    where h.open @> now()
      and (select count(*) from public.absences x where x.resource_id = r.id and x.during @> now()) = 0);
end $$;
comment on function appointments.is_open(uuid[]) is
  'Those of some locations where at this instant a resource of an active public service is open and not away.';

-- Further ahead by steps, so that a place with a slot today costs one day and a full one three questions. A place with
-- very many services or people must not slow the search for its neighbours: it has so much work and no more.
create function appointments.next_slot(location_id uuid, service_name text default null)
returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  here uuid[] := array(select r.id from public.resources r where r.location_id = next_slot.location_id and r.active);
  services public.services[] := array(select s from appointments.services_at(location_id, service_name) s);
  hours integer[] := array[0, 24, 96, 336];
  teams_left numeric := 200;
  service public.services;
  teams numeric;
  needed boolean;
  since timestamptz;
  until timestamptz;
  starts_at timestamptz;
  ends_at timestamptz;
  best timestamptz;
  answer jsonb;
begin
  for step in 1 .. 3 loop
    since := now() + make_interval(hours => hours[step]);
    foreach service in array services loop
      until := least(now() + make_interval(hours => hours[step + 1]), best);
      continue when until <= since;
      -- Of an `any` group only who is here counts; where the place itself is needed by all, each slot is one of here.
      select coalesce(bool_or(g.is_here and g.rule = 'all'), false), coalesce(round(exp(sum(ln(g.members)) filter (where g.rule = 'any'))), 1)
        into needed, teams
        from (
          select s.rule, count(*)::numeric as members, bool_or(m.resource_id = any (here)) as is_here
          from public.service_groups s
          join public.service_group_members m on m.service_id = s.service_id and m.group_name = s.name
          where s.service_id = service.id
          group by s.name, s.rule
        ) g;
      teams_left := teams_left - teams;
      continue when teams_left < 0;
      select s.starts_at, s.ends_at into starts_at, ends_at
        from public.available_slots(service.id, since, until) s
        where needed or s.resource_ids && here
        order by s.starts_at
        limit 1;
      if starts_at < coalesce(best, 'infinity') then
        best := starts_at;
        answer := jsonb_build_object('service_id', service.id, 'service_name', service.name, 'starts_at', starts_at, 'ends_at', ends_at);
      end if;
    end loop;
    exit when best is not null or teams_left < 0;
  end loop;
  return answer;
end $$;
comment on function appointments.next_slot(uuid, text) is
  'The first free slot of the next 14 days at a location, over its public services: {service_id, service_name, starts_at, ends_at}; null when there is none.';

create type appointments.nearby_place as (location public.locations, organization public.organizations, line double precision);
comment on type appointments.nearby_place is 'A location near a point, its organization, and the straight line to it in metres.';

create function appointments.places_near(
  here extensions.cube, farthest double precision, kind text, service_name text, after_line double precision, after_id uuid, count integer)
returns setof appointments.nearby_place
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query
    select l, o, calendar.on_earth(l.latitude, l.longitude) operator(extensions.<->) here
    from public.locations l
    join public.organizations o on o.id = l.organization_id
    where calendar.on_earth(l.latitude, l.longitude) operator(extensions.<@) extensions.cube_enlarge(here, farthest, 3)
      and calendar.on_earth(l.latitude, l.longitude) operator(extensions.<->) here <= farthest
      and (after_line is null
        or (calendar.on_earth(l.latitude, l.longitude) operator(extensions.<->) here, o.id) > (after_line, after_id))
      and l.active and o.listed
      and (places_near.kind is null or o.kind = places_near.kind)
      and (service_name is null or (select count(*) from appointments.services_at(l.id, service_name)) > 0)
      -- of several places of an organization the nearest
      and l.id = (
        select n.id from public.locations n
        where n.organization_id = l.organization_id and n.active and n.latitude is not null
          and (service_name is null or (select count(*) from appointments.services_at(n.id, service_name)) > 0)
        order by calendar.on_earth(n.latitude, n.longitude) operator(extensions.<->) here, n.id
        limit 1)
    order by calendar.on_earth(l.latitude, l.longitude) operator(extensions.<->) here, o.id
    limit count;
end $$;
comment on function appointments.places_near(extensions.cube, double precision, text, text, double precision, uuid, integer) is
  'The nearest place of each listed organization, by distance and id, after a given one.';

create function appointments.organizations_nearby(
  latitude double precision, longitude double precision, radius_metres double precision, kind text, service_name text,
  open_now boolean, page_size integer, cursor text)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  here extensions.cube;
  after_line double precision;
  after_id uuid;
  places appointments.nearby_place[];
  place appointments.nearby_place;
  open_ids uuid[];
  answer jsonb := '[]';
  cut boolean := false;
begin
  if latitude between -90 and 90 and longitude between -180 and 180 then
    here := calendar.on_earth(latitude, longitude);
  else
    perform core.raise_error(422, 'invalid_input', 'Say where, in degrees: latitude -90 to 90, longitude -180 to 180.', '{"field": "latitude"}');
  end if;
  if radius_metres is null or not (radius_metres > 0 and radius_metres <= 200000) then
    perform core.raise_error(422, 'invalid_input', 'The radius is 200 km at most.', '{"field": "radius_metres"}');
  end if;
  if page_size is null or page_size not between 1 and 20 then
    perform core.raise_error(422, 'invalid_input', 'A page has 1 to 20 organizations.', '{"field": "page_size"}');
  end if;
  if cursor !~ '^\d{1,8}(\.\d{1,20})?(e-\d{1,2})?:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    perform core.raise_error(400, 'invalid_cursor', 'Pass next_cursor of the page before, unchanged.');
  end if;
  after_line := split_part(cursor, ':', 1)::double precision;
  after_id := split_part(cursor, ':', 2)::uuid;
  -- Where most are closed a page looks at 500 places and no further: it may be short, and its cursor goes on.
  for batch in 1 .. case when open_now then 10 else 1 end loop
    places := array(select p from appointments.places_near(here, calendar.line(radius_metres), kind, nullif(trim(service_name), ''),
      after_line, after_id, case when open_now then 50 else page_size + 1 end) p);
    open_ids := appointments.is_open(array(select (p.location).id from unnest(places) p));
    foreach place in array places loop
      cut := jsonb_array_length(answer) = page_size;
      exit when cut;
      after_line := place.line;
      after_id := (place.organization).id;
      continue when open_now and (place.location).id <> all (open_ids);
      answer := answer || jsonb_build_object(
        'organization_id', (place.organization).id, 'name', (place.organization).name, 'slug', (place.organization).slug,
        'kind', (place.organization).kind,
        'location', jsonb_build_object('id', (place.location).id, 'name', (place.location).name, 'address', (place.location).address,
          'latitude', (place.location).latitude, 'longitude', (place.location).longitude, 'time_zone', (place.location).time_zone),
        'distance_metres', round(calendar.way(place.line)), 'open_now', (place.location).id = any (open_ids),
        'next_slot', appointments.next_slot((place.location).id, nullif(trim(service_name), '')));
    end loop;
    exit when cut or cardinality(places) < 50;
    cut := true;
  end loop;
  return jsonb_build_object('organizations', answer,
    'next_cursor', case when cut then after_line || ':' || after_id end);
end $$;
grant execute on function appointments.organizations_nearby(double precision, double precision, double precision, text, text, boolean, integer, text) to anon, authenticated, service_role;
comment on function appointments.organizations_nearby(double precision, double precision, double precision, text, text, boolean, integer, text) is
  'See public.organizations_nearby.';

create function public.organizations_nearby(
  latitude double precision, longitude double precision, radius_metres double precision default 10000, kind text default null,
  service_name text default null, open_now boolean default false, page_size integer default 10, cursor text default null)
returns jsonb
language sql stable security invoker set search_path = '' as $$
  select appointments.organizations_nearby(latitude, longitude, radius_metres, kind, service_name, open_now, page_size, cursor)
$$;
grant execute on function public.organizations_nearby(double precision, double precision, double precision, text, text, boolean, integer, text) to anon, authenticated, service_role;
comment on function public.organizations_nearby(double precision, double precision, double precision, text, text, boolean, integer, text) is
  'Listed organizations by distance, each with its nearest place (of those that offer service_name, if given), whether that is open now, and its next free slot within 14 days. Radius 200 km at most. With open_now a page may be short: go on with next_cursor until it is null. For anyone.';
