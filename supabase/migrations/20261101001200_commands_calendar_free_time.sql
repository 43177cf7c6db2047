-- Calendar, free time: wall-clock rules to instants, by multirange arithmetic.
-- A local minute is open if its wall-clock reading lies in a window: a skipped minute does not exist, a repeated one
-- counts twice. Listing slots and booking one ask the same functions, so what is offered is what can be booked.
-- plpgsql with generic plans: they live as long as the session, and planning these queries anew, as language sql does on
-- each call and custom plans do, costs three times what running them does.

-- The shape of a year is not in the catalogs, so the changes of a zone's offset are probed for once a day and then
-- found to the second by bisection. No zone has two changes in 24 hours that undo each other (tzdata 2025b).
create function calendar.zone_periods(zone text, within tstzrange)
returns table (during tstzrange, utc_offset interval)
language plpgsql stable strict set search_path = '' as $$
declare
  probe timestamptz := date_trunc('hour', lower(within));
  last timestamptz := date_trunc('hour', upper(within)) + interval '1 hour';
  since timestamptz := probe;
  ahead timestamptz;
  before timestamptz;
  after timestamptz;
  middle timestamptz;
  here interval := (probe at time zone zone) - (probe at time zone 'UTC');
  there interval;
begin
  while probe < last loop
    ahead := least(probe + interval '24 hours', last);
    there := (ahead at time zone zone) - (ahead at time zone 'UTC');
    if there <> here then
      before := probe;
      after := ahead;
      while after - before > interval '1 second' loop
        middle := before + date_trunc('second', (after - before) / 2);
        if (middle at time zone zone) - (middle at time zone 'UTC') = here then
          before := middle;
        else
          after := middle;
        end if;
      end loop;
      during := tstzrange(since, after);
      utc_offset := here;
      return next;
      since := after;
      here := there;
    end if;
    probe := ahead;
  end loop;
  during := tstzrange(since, last);
  utc_offset := here;
  return next;
end $$;
comment on function calendar.zone_periods(text, tstzrange) is
  'The stretches of constant UTC offset of a zone (IANA name) that cover a range, in order. Instants, to the second.';

create type calendar.zone_span as (first_day date, last_day date, periods tstzrange[], offsets interval[]);
comment on type calendar.zone_span is
  'A range of instants as a zone knows it: its dates, with the one before, whose night may reach into it, and its UTC offsets.';

create function calendar.zone_span(zone text, within tstzrange)
returns calendar.zone_span
language plpgsql stable strict set search_path = '' as $$
declare
  span calendar.zone_span;
begin
  span.first_day := (lower(within) at time zone zone)::date - 1;
  span.last_day := (upper(within) at time zone zone)::date;
  select array_agg(p.during), array_agg(p.utc_offset) into span.periods, span.offsets from calendar.zone_periods(zone, within) p;
  return span;
end $$;
comment on function calendar.zone_span(text, tstzrange) is 'The dates and UTC offsets of a range in a zone.';

-- An override owns every minute of its date: it replaces the windows that begin on it, and cuts the night that spills over
-- from the day before.
create function calendar.overridden_windows(resource_id uuid, span calendar.zone_span, other_windows tstzmultirange)
returns tstzmultirange
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  owned tstzmultirange;
  hours tstzmultirange;
  own_hours tstzmultirange;
begin
  select range_agg(i.day), range_agg(i.hours), range_agg(i.hours * i.day)
    into owned, hours, own_hours
    from public.date_overrides o
    cross join unnest(span.periods, span.offsets) as p(during, utc_offset)
    cross join lateral (
      select p.during * tstzrange((o.day - p.utc_offset) at time zone 'UTC', (o.day + 1 - p.utc_offset) at time zone 'UTC') as day,
        case when o.opens is null then 'empty' else p.during * tstzrange(
          (o.day + o.opens - p.utc_offset) at time zone 'UTC',
          (o.day + case when o.closes <= o.opens then 1 else 0 end + o.closes - p.utc_offset) at time zone 'UTC') end as hours
    ) i
    where o.resource_id = overridden_windows.resource_id and o.day between span.first_day and span.last_day;
  return coalesce(other_windows, '{}') + hours - owned + own_hours;
end $$;
comment on function calendar.overridden_windows(uuid, calendar.zone_span, tstzmultirange) is
  'The windows of a resource on the dates of a span, given the weekly windows of those that are not overridden.';

create function calendar.open_hours(resource_ids uuid[], within tstzrange)
returns table (resource_id uuid, time_zone text, capacity integer, open tstzmultirange)
language plpgsql stable strict set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  span calendar.zone_span;
  overridden date[];
begin
  for time_zone in select distinct r.time_zone from public.resources r where r.id = any (resource_ids) and r.active loop
    span := calendar.zone_span(time_zone, within);
    for resource_id, capacity, overridden, open in
      select r.id, r.capacity, days.overridden, (
        select range_agg(p.during * tstzrange(
          (span.first_day + shift + h.opens - p.utc_offset) at time zone 'UTC',
          (span.first_day + shift + case when h.closes <= h.opens then 1 else 0 end + h.closes - p.utc_offset) at time zone 'UTC'))
        from public.weekly_hours h
        cross join generate_series((h.weekday - extract(isodow from span.first_day)::integer + 7) % 7, span.last_day - span.first_day, 7) as shift
        cross join unnest(span.periods, span.offsets) as p(during, utc_offset)
        where h.resource_id = r.id and span.first_day + shift <> all (days.overridden))
      from public.resources r
      cross join lateral (
        select array(
          select o.day from public.date_overrides o
          where o.resource_id = r.id and o.day between span.first_day and span.last_day) as overridden
      ) as days
      where r.id = any (resource_ids) and r.active and r.time_zone = open_hours.time_zone
    loop
      if overridden <> '{}' then
        open := calendar.overridden_windows(resource_id, span, open);
      end if;
      if not isempty(open) then
        return next;
      end if;
    end loop;
  end loop;
end $$;
comment on function calendar.open_hours(uuid[], tstzrange) is
  'When each active resource is open, as instants. Touching windows are one run; no row for a resource never open in the range.';

create function calendar.blocked_starts(
  resource_id uuid, capacity integer, within tstzrange, lead interval, trail interval, ignoring uuid)
returns tstzmultirange
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  busy_from timestamptz := lower(within) - lead;
  busy_to timestamptz := upper(within) + trail;
  away tstzmultirange := (
    select range_agg(tstzrange(lower(b.during) - trail, upper(b.during) + lead, '()'))
    from (
      select x.during from public.absences x
      where x.resource_id = blocked_starts.resource_id and x.during && tstzrange(busy_from, busy_to, '[]')
      union all
      select y.during from calendar.busy_times y
      where y.resource_id = blocked_starts.resource_id and y.during && tstzrange(busy_from, busy_to, '[]')
    ) b);
  claimed tstzmultirange := '{(,)}';
  here tstzmultirange;
begin
  -- Seats are alike: a start is blocked when it is blocked on every seat.
  for seat_number in 1 .. capacity loop
    here := (
      select range_agg(tstzrange(lower(k.during) - trail, upper(k.during) + lead, '()'))
      from calendar.claims k
      where k.resource_id = blocked_starts.resource_id and k.seat = seat_number
        and lower(k.during) > busy_from - interval '168 hours' and lower(k.during) < busy_to
        and upper(k.during) > busy_from
        and (k.expires_at is null or k.expires_at > now())
        and (ignoring is null or k.owner_id <> ignoring));
    claimed := claimed * coalesce(here, '{}');
    exit when isempty(claimed);
  end loop;
  return claimed + coalesce(away, '{}');
end $$;
comment on function calendar.blocked_starts(uuid, integer, tstzrange, interval, interval, uuid) is
  'The starts of a range at which a resource has no seat left, or is away, for something that takes `lead` before its start and `trail` from it.';

create function calendar.availability(
  resource_ids uuid[], within tstzrange, lead interval, trail interval, ignoring uuid default null, whole_runs boolean default false)
returns table (resource_id uuid, time_zone text, open tstzmultirange, blocked tstzmultirange)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  opens timestamptz := lower(within) - interval '2 days';
  closes timestamptz := upper(within) + trail + case when whole_runs then interval '2 days' else interval '1 second' end;
  capacity integer;
  runs tstzrange;
begin
  for resource_id, time_zone, capacity, open in
    select o.resource_id, o.time_zone, o.capacity, o.open from calendar.open_hours(resource_ids, tstzrange(opens, closes)) o
  loop
    -- A run that is open from where the reading begins may have begun long before, and its grid counts from there. It is
    -- read from two Mondays and a night back, so that the grid is the same whatever range is asked (calendar.grid_anchors).
    if open @> tstzrange(opens, lower(within), '[]') or (whole_runs and open @> tstzrange(upper(within), closes)) then
      select o.open into open
        from calendar.open_hours(array[resource_id],
          tstzrange(lower(within) - interval '15 days', closes + case when whole_runs then interval '15 days' else '0' end)) o;
    end if;
    if whole_runs then
      select range_merge(range_agg(run)) into runs from unnest(open) as run where run && within;
    end if;
    blocked := calendar.blocked_starts(resource_id, capacity, coalesce(runs, within), lead, trail, ignoring);
    return next;
  end loop;
end $$;
comment on function calendar.availability(uuid[], tstzrange, interval, interval, uuid, boolean) is
  'For each resource that is open around a range of starts its open time, and the starts blocked for something that takes `lead` before its start and `trail` from it (duration and buffer), on request through the whole of the runs that the range touches. Claims of the owner `ignoring` do not block.';

-- The grid of a run counts from its beginning. A run of more than a week has none that means anything (a desk that never
-- closes): there it counts anew from each local Monday midnight after its first seven days.
create function calendar.grid_anchors(run tstzrange, zone text)
returns table (anchor timestamptz, until timestamptz)
language plpgsql stable strict set search_path = '' as $$
declare
  monday timestamp := date_trunc('week', (lower(run) at time zone zone) + interval '14 days');
begin
  anchor := lower(run);
  until := upper(run);
  if upper(run) - lower(run) > interval '7 days' then
    until := least(until, monday at time zone zone);
    return next;
    while monday at time zone zone < upper(run) loop
      anchor := monday at time zone zone;
      monday := monday + interval '7 days';
      until := monday at time zone zone;
      return next;
    end loop;
  else
    return next;
  end if;
end $$;
comment on function calendar.grid_anchors(tstzrange, text) is 'Where the grid of slots of an open run counts from, and until when.';

create function calendar.starts(
  open tstzmultirange, blocked tstzmultirange, within tstzrange, duration interval, every interval, zone text)
returns setof timestamptz
language plpgsql stable strict set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  -- Sets in the select lists, not in FROM: there each would be stored before it is read.
  return query
    select slots.start
    from (
      select pieces.free,
        generate_series(date_bin(every, lower(pieces.free) + every - interval '1 microsecond', pieces.anchor), upper(pieces.free), every) as start
      from (
        select grid.anchor, unnest(
          tstzmultirange(tstzrange(grid.anchor, l.latest, case when l.latest < grid.until then '[]' else '[)' end) * within) - blocked) as free
        from unnest(open) as run
        cross join lateral (
          select lower(run) as anchor, upper(run) as until where upper(run) - lower(run) <= interval '7 days'
          union all
          select g.anchor, g.until from calendar.grid_anchors(run, zone) g where upper(run) - lower(run) > interval '7 days'
        ) as grid
        cross join lateral (select least(upper(run) - duration, grid.until) as latest) as l
        where run && within and l.latest >= grid.anchor
      ) as pieces
    ) as slots
    where slots.start <@ slots.free;
end $$;
comment on function calendar.starts(tstzmultirange, tstzmultirange, tstzrange, interval, interval, text) is
  'The starts in a range from which `duration` fits whole into one open run, on the run''s grid of `every`, less the blocked ones.';

create type calendar.grid as (mode text, boundaries integer[], since timestamptz);
comment on type calendar.grid is
  'Another grid than that of the opening: midnight; gap, rounded up to boundaries[1] minutes of the wall clock; optimized, to the first of the boundaries that costs no slot. Gaps begin at `since`, if given, at the earliest.';

create function calendar.slots(
  teams integer[], members uuid[], within tstzrange, duration interval, every interval,
  buffer_before interval, buffer_after interval, ignoring uuid default null, grid calendar.grid default null)
returns table (team integer, starts_at timestamptz)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  member record;
  ids uuid[];
  zones text[];
  opens tstzmultirange[];
  blocks tstzmultirange[];
  zone text;
  open tstzmultirange;
  blocked tstzmultirange;
  place integer;
begin
  if isempty(within) then
    return;
  end if;
  for member in
    select * from calendar.availability(members, within, buffer_before, duration + buffer_after, ignoring, grid.mode in ('gap', 'optimized'))
  loop
    ids := ids || member.resource_id;
    zones := zones || member.time_zone;
    opens := opens || member.open;
    blocks := blocks || member.blocked;
  end loop;
  for i in 1 .. cardinality(teams) loop
    if i = 1 or teams[i] <> teams[i - 1] then
      zone := null;
      open := '{(,)}';
      blocked := '{}';
    end if;
    -- A member that is never open has no place; then the team's open time is null.
    place := array_position(ids, members[i]);
    zone := least(zone, zones[place]);
    open := open * opens[place];
    blocked := blocked + blocks[place];
    team := teams[i];
    if team is distinct from teams[i + 1] and not isempty(open * tstzmultirange(within) - blocked) then
      if grid.mode is null then
        return query select slots.team, s from calendar.starts(open, blocked, within, duration, every, zone) s;
      else
        return query select slots.team, s from calendar.grid_starts(grid, open, blocked, within, duration, every, zone) s;
      end if;
    end if;
  end loop;
end $$;
comment on function calendar.slots(integer[], uuid[], tstzrange, interval, interval, interval, interval, uuid, calendar.grid) is
  'The slots of teams of resources that are needed together: (teams[i], members[i]) says that a resource belongs to a team, whose members stand together. A start is offered where every member is open and none is taken, on the grid of their common open run, by the wall clock of the zone that comes first by name.';
