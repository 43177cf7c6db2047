-- Calendar, grids that do not count from the opening: midnight, gap and optimized (the type calendar.grid).
-- Only what they are given decides, so that a start asked for alone and one in a list of weeks stand on the same grid:
-- a grid of gaps is given the whole of the open runs, and what is taken in them (calendar.availability, whole_runs).

-- Minutes are those of the local day, and the midnight after it is a boundary too. A reading that is skipped is none, a
-- repeated one is two: where the clock changes on the way each stretch of constant offset is looked at by itself.
create function calendar.next_boundary(at timestamptz, minutes integer, zone text)
returns timestamptz
language plpgsql stable strict set search_path = '' as $$
declare
  every interval := make_interval(mins => minutes);
  reading timestamp := at at time zone zone;
  midnight timestamp := date_trunc('day', reading);
  wanted timestamp := least(date_bin(every, reading + every - interval '1 microsecond', midnight), midnight + interval '1 day');
  period record;
begin
  if (at + (wanted - reading)) at time zone zone = wanted then
    return at + (wanted - reading);
  end if;
  for period in
    select greatest(at, lower(p.during)) as since, upper(p.during) as until, p.utc_offset
    from calendar.zone_periods(zone, tstzrange(at, at + interval '48 hours')) p
  loop
    reading := period.since at time zone 'UTC' + period.utc_offset;
    midnight := date_trunc('day', reading);
    wanted := least(date_bin(every, reading + every - interval '1 microsecond', midnight), midnight + interval '1 day');
    exit when period.since + (wanted - reading) < period.until;
  end loop;
  return period.since + (wanted - reading);
end $$;
comment on function calendar.next_boundary(timestamptz, integer, text) is
  'The first instant from `at` on at which a wall clock reads a multiple of so many minutes of its day.';

create function calendar.gap_start(grid calendar.grid, gap tstzrange, every interval, zone text)
returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  last timestamptz := upper(gap) - case when upper_inc(gap) then interval '0' else interval '1 microsecond' end;
  step numeric := extract(epoch from every);
  steps numeric := floor(extract(epoch from last - lower(gap)) / step);
  boundary integer;
  candidate timestamptz;
begin
  if grid.mode = 'gap' then
    return calendar.next_boundary(lower(gap), grid.boundaries[1], zone);
  end if;
  foreach boundary in array coalesce(grid.boundaries, '{}') loop
    candidate := calendar.next_boundary(lower(gap), boundary, zone);
    if floor(extract(epoch from last - candidate) / step) = steps then
      return candidate;
    end if;
  end loop;
  return lower(gap);
end $$;
comment on function calendar.gap_start(calendar.grid, tstzrange, interval, text) is
  'Where the grid of a gap begins, given as the starts from which something fits into it.';

create function calendar.gap_starts(
  grid calendar.grid, open tstzmultirange, blocked tstzmultirange, within tstzrange, duration interval, every interval, zone text)
returns setof timestamptz
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  return query
    select slots.start
    from (
      select gaps.gap, generate_series(
        date_bin(every, greatest(gaps.start, lower(within)) + every - interval '1 microsecond', gaps.start),
        least(upper(gaps.gap), upper(within)), every) as start
      from (
        select pieces.gap, calendar.gap_start(grid, pieces.gap, every, zone) as start
        from unnest(open) as run
        cross join lateral calendar.grid_anchors(run, zone) g
        cross join lateral (select least(upper(run) - duration, g.until) as latest) as l
        cross join lateral unnest(
          tstzmultirange(tstzrange(g.anchor, l.latest, case when l.latest < g.until then '[]' else '[)' end)
            * tstzrange(grid.since, null)) - blocked) as pieces(gap)
        where run && within and l.latest >= g.anchor and pieces.gap && within
      ) as gaps
    ) as slots
    where slots.start <@ slots.gap and slots.start <@ within;
end $$;
comment on function calendar.gap_starts(calendar.grid, tstzmultirange, tstzmultirange, tstzrange, interval, interval, text) is
  'The starts in a range on grids that count anew in each gap between what is taken.';

-- Also where its midnight is skipped or comes twice. A date that a zone left out begins with the next.
create function calendar.day_begin(day date, zone text)
returns timestamptz
language plpgsql stable strict set search_path = '' as $$
declare
  reading timestamp := day;
  midnight timestamptz := reading at time zone zone;
begin
  if (midnight - interval '3 hours') at time zone zone = reading - interval '3 hours' then
    return midnight;
  end if;
  return coalesce((
    select min(lower(p.during * d.stretch))
    from calendar.zone_periods(zone, tstzrange(midnight - interval '26 hours', midnight + interval '26 hours')) p
    cross join lateral (
      select tstzrange((reading - p.utc_offset) at time zone 'UTC', (reading + interval '1 day' - p.utc_offset) at time zone 'UTC') as stretch) d
    where p.during && d.stretch), midnight);
end $$;
comment on function calendar.day_begin(date, text) is 'The first instant of a local date.';

create function calendar.midnight_starts(
  open tstzmultirange, blocked tstzmultirange, within tstzrange, duration interval, every interval, zone text)
returns setof timestamptz
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  midnights timestamptz[] := array(
    select calendar.day_begin(d::date, zone)
    from generate_series((lower(within) at time zone zone)::date - 1, (upper(within) at time zone zone)::date + interval '1 day', interval '1 day') as d);
  free tstzmultirange := (
    select range_agg(tstzrange(lower(run), upper(run) - duration, '[]') * within)
    from unnest(open) as run where run && within and upper(run) - duration >= lower(run)) - blocked;
begin
  return query
    select slots.start
    from (
      select pieces.free,
        generate_series(date_bin(every, lower(pieces.free) + every - interval '1 microsecond', pieces.midnight), upper(pieces.free), every) as start
      from (
        select midnights[n] as midnight, unnest(tstzmultirange(tstzrange(midnights[n], midnights[n + 1])) * free) as free
        from generate_series(1, cardinality(midnights) - 1) as n
      ) as pieces
    ) as slots
    where slots.start <@ slots.free;
end $$;
comment on function calendar.midnight_starts(tstzmultirange, tstzmultirange, tstzrange, interval, interval, text) is
  'The starts in a range on a grid that counts from each local midnight.';

create function calendar.grid_starts(
  grid calendar.grid, open tstzmultirange, blocked tstzmultirange, within tstzrange, duration interval, every interval, zone text)
returns setof timestamptz
language plpgsql stable set search_path = '' as $$
begin
  if grid.mode = 'midnight' then
    return query select calendar.midnight_starts(open, blocked, within, duration, every, zone);
  elsif grid.mode in ('gap', 'optimized') then
    return query select calendar.gap_starts(grid, open, blocked, within, duration, every, zone);
  else
    return query select calendar.starts(open, blocked, within, duration, every, zone);
  end if;
end $$;
comment on function calendar.grid_starts(calendar.grid, tstzmultirange, tstzmultirange, tstzrange, interval, interval, text) is
  'The starts in a range from which `duration` fits whole into one open run, on the grid given or else on that of the opening, less the blocked ones.';
