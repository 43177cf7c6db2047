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

-- Wall-clock windows of the dates that a range touches, and of the day before, whose night may reach into it. An override
-- owns every minute of its date: it replaces the weekly windows and cuts the night that spills over from the day before.
create function calendar.open_hours(resource_ids uuid[], within tstzrange)
returns table (resource_id uuid, time_zone text, open tstzmultirange)
language plpgsql stable strict set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query
    with wanted as materialized (
      select r.id, r.time_zone,
        (lower(within) at time zone r.time_zone)::date - 1 as first_day,
        (upper(within) at time zone r.time_zone)::date as last_day
      from public.resources r
      where r.id = any (resource_ids) and r.active
    ),
    zones as materialized (
      select z.time_zone, p.during, p.utc_offset
      from (select distinct w.time_zone from wanted w) z, calendar.zone_periods(z.time_zone, within) p
    )
    select w.id, w.time_zone, range_agg(z.during * tstzrange(
        (lower(local.hours) - z.utc_offset) at time zone 'UTC', (upper(local.hours) - z.utc_offset) at time zone 'UTC'))
    from wanted w
    cross join lateral (
      select array_agg(o.day) as dates, range_agg(tsrange(o.day, o.day + 1)) as days,
        range_agg(h.hours * tsrange(o.day, o.day + 1)) as hours,
        range_agg(h.hours - tsrange(o.day, o.day + 1)) as spill
      from public.date_overrides o
      cross join lateral (
        select case when o.opens is null then tsrange 'empty' else tsrange(o.day + o.opens,
          o.day + o.closes + case when o.closes <= o.opens then interval '1 day' else interval '0' end) end as hours
      ) h
      where o.resource_id = w.id and o.day between w.first_day and w.last_day
    ) overridden
    cross join lateral (
      select range_agg(tsrange(w.first_day + shift + h.opens,
          w.first_day + shift + h.closes + case when h.closes <= h.opens then interval '1 day' else interval '0' end)) as hours
      from public.weekly_hours h,
        generate_series((h.weekday - extract(isodow from w.first_day)::integer + 7) % 7, w.last_day - w.first_day, 7) as shift
      where h.resource_id = w.id and (overridden.dates is null or w.first_day + shift <> all (overridden.dates))
    ) weekly
    cross join lateral unnest(case when overridden.days is null then weekly.hours
      else coalesce(weekly.hours, '{}') + coalesce(overridden.spill, '{}') - overridden.days + coalesce(overridden.hours, '{}')
      end) as local(hours)
    join zones z on z.time_zone = w.time_zone
    group by w.id, w.time_zone;
end $$;
comment on function calendar.open_hours(uuid[], tstzrange) is
  'When each active resource is open, as instants. Touching windows are one run; no row for a resource never open in the range.';

create function calendar.availability(
  resource_ids uuid[], within tstzrange, lead interval, trail interval, ignoring uuid default null)
returns table (resource_id uuid, time_zone text, open tstzmultirange, blocked tstzmultirange)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  -- A run that touches midnight may have begun long ago, and its grid counts from there: such resources are read from
  -- two Mondays and a night back, so that the grid is the same whatever range is asked (calendar.grid_anchors).
  reaches_midnight boolean := exists (
      select from public.weekly_hours h
      where h.resource_id = any (resource_ids) and (h.closes <= h.opens or h.closes = time '24:00'))
    or exists (
      select from public.date_overrides o
      where o.resource_id = any (resource_ids) and (o.closes <= o.opens or o.closes = time '24:00'));
  opened tstzrange := tstzrange(lower(within) - case when reaches_midnight then interval '15 days' else interval '2 days' end,
    upper(within) + trail + interval '1 second');
  busy_from timestamptz := lower(within) - lead;
  busy_to timestamptz := upper(within) + trail;
  asked tstzrange := tstzrange(busy_from, busy_to, '[]');
begin
  return query
    select r.id, o.time_zone, o.open,
      coalesce(a.blocked, '{}')
        + case when c.seats_used < r.capacity then '{}'::tstzmultirange else coalesce(c.blocked, '{}') end
    from calendar.open_hours(resource_ids, opened) o
    join public.resources r on r.id = o.resource_id
    -- Seats are alike: a start is blocked when it is blocked on every seat.
    cross join lateral (
      select count(*) as seats_used, range_intersect_agg(s.blocked) as blocked
      from (
        select range_agg(tstzrange(lower(k.during) - trail, upper(k.during) + lead, '()')) as blocked
        from calendar.claims k
        where k.resource_id = r.id and k.seat <= r.capacity
          and lower(k.during) > busy_from - interval '168 hours' and lower(k.during) < busy_to
          and upper(k.during) > busy_from
          and (ignoring is null or k.owner_id <> ignoring)
        group by k.seat
      ) s
    ) c
    cross join lateral (
      select range_agg(tstzrange(lower(b.during) - trail, upper(b.during) + lead, '()')) as blocked
      from (
        select x.during from public.absences x where x.resource_id = r.id and x.during && asked
        union all
        select y.during from calendar.busy_times y where y.resource_id = r.id and y.during && asked
      ) b
    ) a;
end $$;
comment on function calendar.availability(uuid[], tstzrange, interval, interval, uuid) is
  'For each resource that is open around a range of starts its open time, and the starts blocked for something that takes `lead` before its start and `trail` from it (duration and buffer). Claims of the owner `ignoring` do not block.';

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
  return query
    select start
    from unnest(open) as run
    cross join lateral calendar.grid_anchors(run, zone) as grid
    cross join lateral (select least(upper(run) - duration, grid.until) as latest) as l
    cross join lateral unnest(
      case when latest >= grid.anchor then
        tstzmultirange(tstzrange(grid.anchor, latest, case when latest < grid.until then '[]' else '[)' end) * within) - blocked
      end) as free
    cross join lateral generate_series(
      date_bin(every, lower(free) + every - interval '1 microsecond', grid.anchor), upper(free), every) as start
    where start <@ free
    order by start;
end $$;
comment on function calendar.starts(tstzmultirange, tstzmultirange, tstzrange, interval, interval, text) is
  'The starts in a range from which `duration` fits whole into one open run, on the run''s grid of `every`, less the blocked ones.';

create function calendar.slots(
  teams integer[], members uuid[], within tstzrange, duration interval, every interval,
  buffer_before interval, buffer_after interval, ignoring uuid default null)
returns table (team integer, starts_at timestamptz)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  if isempty(within) then
    return;
  end if;
  return query
    with available as materialized (
      select * from calendar.availability(
        array(select distinct m from unnest(members) m), within, buffer_before, duration + buffer_after, ignoring)
    ),
    joint as (
      select t.team, range_intersect_agg(a.open) as open, range_agg(a.blocked) as blocked, min(a.time_zone) as zone,
        count(a.resource_id) = count(*) as complete
      from unnest(teams, members) as t(team, resource_id)
      left join available a using (resource_id)
      group by t.team
    )
    select j.team, s.start
    from joint j
    cross join lateral calendar.starts(j.open, j.blocked, within, duration, every, j.zone) as s(start)
    where j.complete;
end $$;
comment on function calendar.slots(integer[], uuid[], tstzrange, interval, interval, interval, interval, uuid) is
  'The slots of teams of resources that are needed together: (teams[i], members[i]) says that a resource belongs to a team. A start is offered where every member is open and none is taken, on the grid of their common open run.';
