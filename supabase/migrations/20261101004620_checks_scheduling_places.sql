-- Scheduling, checks of imports: what cells mean, which venue or team is meant, and rows of venues and teams.
-- A check writes at each row the thing it is about, what it would do, and what is wrong; it changes nothing else.

create function scheduling.integer_of(value text) returns integer
language plpgsql immutable strict set search_path = '' as $$
begin
  return case when pg_input_is_valid(value, 'integer') then value::integer end;
end $$;
comment on function scheduling.integer_of(text) is 'The number a cell holds; null where it holds none.';

create function scheduling.number_of(value text) returns double precision
language plpgsql immutable strict set search_path = '' as $$
begin
  return case when pg_input_is_valid(value, 'double precision') and value !~* 'n' then value::double precision end;
end $$;
comment on function scheduling.number_of(text) is 'The decimal a cell holds; null where it holds none.';

create function scheduling.yes_or_no(value text) returns boolean
language plpgsql immutable strict set search_path = '' as $$
begin
  return case when lower(value) in ('true', 'yes', 'y', 't', '1') then true when lower(value) in ('false', 'no', 'n', 'f', '0') then false end;
end $$;
comment on function scheduling.yes_or_no(text) is 'The answer a cell holds; null where it holds none.';

-- By id, code and name, in lower case; a code or name that two have, names neither.
create function scheduling.import_venues(import public.imports) returns table (name text, id uuid, time_zone text)
language plpgsql stable rows 1000 set search_path = '' as $$
begin
  return query
  with venues as (
    select v.id, v.code, v.name, v.time_zone from public.venues v
    where v.organization_id = import.organization_id
      and not exists (select from scheduling.import_rows s where s.import_id = import.id and s.kind = 'venues' and s.id = v.id)
    union all
    select r.id, r.cells ->> 'code', r.cells ->> 'name', coalesce(case when core.is_time_zone(r.cells ->> 'time_zone') then r.cells ->> 'time_zone' end, e.time_zone, o.time_zone)
    from scheduling.import_rows r
    join public.organizations o on o.id = import.organization_id
    left join public.venues e on e.id = r.id
    where r.import_id = import.id and r.kind = 'venues' and r.id is not null
  ), named as (
    select v.id::text as name, v.id, v.time_zone, 1 as rank from venues v
    union all
    select n.name, n.id, n.time_zone, n.rank from (
      select lower(w.name) as name, v.id, v.time_zone, w.rank, count(*) over (partition by w.rank, lower(w.name)) as like_it
      from venues v, lateral (values (v.code, 2), (v.name, 3)) w (name, rank)) n
    where n.like_it = 1
  )
  select distinct on (n.name) n.name, n.id, n.time_zone from named n where n.name is not null order by n.name, n.rank;
end $$;
comment on function scheduling.import_venues(public.imports) is
  'How an import may name the venues: those that are there, and those it brings.';

create function scheduling.import_teams(import public.imports) returns table (name text, id uuid, venue_id uuid, time_zone text)
language plpgsql stable rows 1000 set search_path = '' as $$
begin
  return query
  with places as materialized (
    select p.name, p.id, p.time_zone from scheduling.import_venues(import) p
  ), teams as (
    select t.id, t.code, t.name, t.venue_id, t.time_zone from public.teams t
    where t.organization_id = import.organization_id and t.sport_id = import.sport_id
      and not exists (select from scheduling.import_rows s where s.import_id = import.id and s.kind = 'teams' and s.id = t.id)
    union all
    select r.id, r.cells ->> 'code', r.cells ->> 'name', case when r.cells ? 'venue' then v.id else t.venue_id end,
      coalesce(case when core.is_time_zone(r.cells ->> 'time_zone') then r.cells ->> 'time_zone' end, t.time_zone, v.time_zone, o.time_zone)
    from scheduling.import_rows r
    join public.organizations o on o.id = import.organization_id
    left join public.teams t on t.id = r.id
    left join places v on v.name = lower(r.cells ->> 'venue')
    where r.import_id = import.id and r.kind = 'teams' and r.id is not null
  ), named as (
    select t.id::text as name, t.id, t.venue_id, t.time_zone, 1 as rank from teams t
    union all
    select n.name, n.id, n.venue_id, n.time_zone, n.rank from (
      select lower(w.name) as name, t.id, t.venue_id, t.time_zone, w.rank, count(*) over (partition by w.rank, lower(w.name)) as like_it
      from teams t, lateral (values (t.code, 2), (t.name, 3)) w (name, rank)) n
    where n.like_it = 1
  )
  select distinct on (n.name) n.name, n.id, n.venue_id, n.time_zone from named n where n.name is not null order by n.name, n.rank;
end $$;
comment on function scheduling.import_teams(public.imports) is
  'How an import may name the teams of its sport: those that are there, and those it brings.';

create function scheduling.check_venues(import public.imports) returns void
language plpgsql set search_path = '' as $$
begin
  update scheduling.import_rows r set id = coalesce(x.id, core.uuid_v7()), faults = x.faults,
    action = case when x.id is null then 'add' when x.same then 'keep' else 'change' end
  from (
    select c.part, c.line, e.id,
      (e.name, e.code, e.spectators, e.time_zone, e.games_at_once, e.latitude, e.longitude, e.address) is not distinct from (
        case when c.cells ? 'name' then btrim(c.name) else e.name end,
        case when c.cells ? 'code' then c.code else e.code end,
        case when c.cells ? 'spectators' then scheduling.integer_of(c.spectators) else e.spectators end,
        coalesce(c.time_zone, e.time_zone),
        coalesce(scheduling.integer_of(c.games_at_once), e.games_at_once),
        case when c.cells ? 'latitude' then scheduling.number_of(c.latitude) else e.latitude end,
        case when c.cells ? 'longitude' then scheduling.number_of(c.longitude) else e.longitude end,
        case when c.cells ? 'address' then c.address else e.address end) as same,
      array_remove(array[
        case when c.id is not null and e.id is null then 'id:unknown_id' end,
        case when coalesce(btrim(c.name), '') = '' and (e.id is null or c.cells ? 'name') then 'name:missing' when length(c.name) > 200 then 'name:too_long' end,
        case when c.code !~ '^[^\s].{0,19}$' then 'code:too_long' when t.id <> e.id or e.id is null and t.id is not null then 'code:taken' end,
        case when c.spectators is not null and scheduling.integer_of(c.spectators) is null then 'spectators:not_a_number'
          when scheduling.integer_of(c.spectators) < 0 then 'spectators:out_of_range' end,
        case when c.games_at_once is not null and scheduling.integer_of(c.games_at_once) is null then 'games_at_once:not_a_number'
          when scheduling.integer_of(c.games_at_once) not between 1 and 1000 then 'games_at_once:out_of_range' end,
        case when not core.is_time_zone(c.time_zone) then 'time_zone:unknown_time_zone' end,
        case when c.latitude is not null and scheduling.number_of(c.latitude) is null then 'latitude:not_a_decimal'
          when scheduling.number_of(c.latitude) not between -90 and 90 then 'latitude:out_of_range' end,
        case when c.longitude is not null and scheduling.number_of(c.longitude) is null then 'longitude:not_a_decimal'
          when scheduling.number_of(c.longitude) not between -180 and 180 then 'longitude:out_of_range'
          when (c.latitude is null) <> (c.longitude is null) then 'longitude:position_is_half' end,
        case when length(c.address) > 500 then 'address:too_long' end,
        case when count(*) over (partition by coalesce(e.id::text, c.code, c.name)) > 1 then
          case when c.id is not null then 'id' when c.code is not null then 'code' else 'name' end || ':duplicate' end
      ], null) as faults
    from (
      select r.part, r.line, r.cells, f.*
      from scheduling.import_rows r,
        jsonb_to_record(r.cells) f (id text, code text, name text, time_zone text, spectators text, games_at_once text,
          latitude text, longitude text, address text)
      where r.import_id = import.id and r.kind = 'venues') c
    left join lateral (
      select v.* from public.venues v
      where v.organization_id = import.organization_id and case when c.id is not null then v.id = core.uuid_or_null(c.id)
        when c.code is not null then v.code = c.code else v.code is null and v.name = c.name end
      order by v.id limit 1) e on true
    left join public.venues t on t.organization_id = import.organization_id and t.code = c.code) x
  where r.import_id = import.id and r.kind = 'venues' and r.part = x.part and r.line = x.line;
end $$;
comment on function scheduling.check_venues(public.imports) is 'Checks the rows of venues: by id, else by code, else by name.';

create function scheduling.check_teams(import public.imports) returns void
language plpgsql set search_path = '' as $$
begin
  update scheduling.import_rows r set id = coalesce(x.id, core.uuid_v7()), faults = x.faults,
    action = case when x.id is null then 'add' when x.same then 'keep' else 'change' end
  from (
    with places as materialized (select * from scheduling.import_venues(import))
    select c.part, c.line, e.id,
      (e.name, e.code, e.division, e.venue_id, e.time_zone) is not distinct from (
        case when c.cells ? 'name' then btrim(c.name) else e.name end,
        coalesce(c.code, e.code),
        case when c.cells ? 'division' then c.division else e.division end,
        case when c.cells ? 'venue' then v.id else e.venue_id end,
        coalesce(c.time_zone, e.time_zone))
        and (import.what <> 'schedule' or exists (
          select from public.schedule_teams p where p.schedule_id = import.schedule_id and p.team_id = e.id
            and p.division is not distinct from case when c.cells ? 'schedule_division' then c.schedule_division else p.division end)) as same,
      array_remove(array[
        case when c.id is not null and e.id is null then 'id:unknown_id' end,
        case when coalesce(btrim(c.name), '') = '' and (e.id is null or c.cells ? 'name') then 'name:missing' when length(c.name) > 200 then 'name:too_long' end,
        case when c.code is null and (e.id is null or c.cells ? 'code') then 'code:missing' when c.code !~ '^[^\s].{0,19}$' then 'code:too_long'
          when t.id <> e.id or e.id is null and t.id is not null then 'code:taken' end,
        case when length(c.division) > 100 or btrim(c.division) = '' then 'division:too_long' end,
        case when length(c.schedule_division) > 100 or btrim(c.schedule_division) = '' then 'schedule_division:too_long' end,
        case when c.venue is not null and v.id is null then 'venue:unknown_venue' end,
        case when not core.is_time_zone(c.time_zone) then 'time_zone:unknown_time_zone' end,
        case when count(*) over (partition by coalesce(e.id::text, c.code)) > 1 then
          case when c.id is not null then 'id' else 'code' end || ':duplicate' end
      ], null) as faults
    from (
      select r.part, r.line, r.cells, f.*
      from scheduling.import_rows r,
        jsonb_to_record(r.cells) f (id text, code text, name text, division text, schedule_division text, venue text, time_zone text)
      where r.import_id = import.id and r.kind = 'teams') c
    left join lateral (
      select t.* from public.teams t
      where t.organization_id = import.organization_id and t.sport_id = import.sport_id
        and case when c.id is not null then t.id = core.uuid_or_null(c.id) else t.code = c.code end
      limit 1) e on true
    left join public.teams t on t.organization_id = import.organization_id and t.sport_id = import.sport_id and t.code = c.code
    left join places v on v.name = lower(c.venue)) x
  where r.import_id = import.id and r.kind = 'teams' and r.part = x.part and r.line = x.line;
end $$;
comment on function scheduling.check_teams(public.imports) is 'Checks the rows of teams: by id, else by code.';
