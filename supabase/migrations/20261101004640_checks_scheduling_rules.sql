-- Scheduling, checks of imports: rows of rounds, match-ups and constraints; and the check of a whole import.

create function scheduling.check_rounds(import public.imports) returns void
language plpgsql set search_path = '' as $$
begin
  update scheduling.import_rows r set faults = x.faults, action = x.action
  from (
    select c.part, c.line,
      case when e.number is null then 'add' when (e.plays_on, e.starts) is not distinct from (c.day, case when c.cells ? 'time' then c.clock else e.starts end)
        then 'keep' else 'change' end as action,
      array_remove(array[
        case when c.number is null then 'number:missing' when c.place is null then 'number:not_a_number'
          when c.place not between 1 and 1000 then 'number:out_of_range'
          when count(*) over (partition by c.place) > 1 then 'number:duplicate' end,
        case when c.date is null then 'date:missing' when c.day is null then 'date:not_a_date'
          when c.day not between season.starts_on and season.ends_on then 'date:not_in_season'
          when count(*) over (partition by c.day) > 1 or exists (
            select from public.schedule_rounds o where o.schedule_id = import.schedule_id and o.plays_on = c.day and o.number <> c.place
              and not exists (select from scheduling.import_rows s where s.import_id = import.id and s.kind = 'rounds'
                and scheduling.integer_of(s.cells ->> 'number') = o.number)) then 'date:taken' end,
        case when c.time is not null and c.clock is null then 'time:not_a_time' end
      ], null) as faults
    from (
      select r.part, r.line, r.cells, f.*, scheduling.integer_of(f.number) as place,
        case when f.date ~ '^\d{4}-\d\d-\d\d$' and pg_input_is_valid(f.date, 'date') then f.date::date end as day,
        case when f.time ~ '^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$' then f.time::time end as clock
      from scheduling.import_rows r, jsonb_to_record(r.cells) f (number text, date text, time text)
      where r.import_id = import.id and r.kind = 'rounds') c
    join public.schedules s on s.id = import.schedule_id
    join public.seasons season on season.id = s.season_id
    left join public.schedule_rounds e on e.schedule_id = import.schedule_id and e.number = c.place) x
  where r.import_id = import.id and r.kind = 'rounds' and r.part = x.part and r.line = x.line;
end $$;
comment on function scheduling.check_rounds(public.imports) is 'Checks the rows of rounds: by number.';

create function scheduling.check_matchups(import public.imports) returns void
language plpgsql set search_path = '' as $$
begin
  update scheduling.import_rows r set faults = x.faults, action = x.action
  from (
    with teams as materialized (
      select t.name, t.id, import.what = 'schedule' or p.team_id is not null as plays
      from scheduling.import_teams(import) t
      left join public.schedule_teams p on p.schedule_id = import.schedule_id and p.team_id = t.id)
    select c.part, c.line,
      case when e.home_team_id is null then 'add' when (e.games, e.home_is_fixed) is not distinct from (
          coalesce(scheduling.integer_of(c.games), e.games), coalesce(scheduling.yes_or_no(c.home_is_fixed), e.home_is_fixed))
        then 'keep' else 'change' end as action,
      array_remove(array[
        case when c.home_team is null then 'home_team:missing' when h.id is null then 'home_team:unknown_team' when not h.plays then 'home_team:not_in_schedule' end,
        case when c.away_team is null then 'away_team:missing' when a.id is null then 'away_team:unknown_team' when not a.plays then 'away_team:not_in_schedule'
          when a.id = h.id then 'away_team:same_team' when count(*) over (partition by h.id, a.id) > 1 then 'away_team:duplicate' end,
        case when c.games is not null and scheduling.integer_of(c.games) is null then 'games:not_a_number'
          when scheduling.integer_of(c.games) not between 1 and 20 then 'games:out_of_range' end,
        case when c.home_is_fixed is not null and scheduling.yes_or_no(c.home_is_fixed) is null then 'home_is_fixed:not_yes_or_no' end
      ], null) as faults
    from (
      select r.part, r.line, f.* from scheduling.import_rows r,
        jsonb_to_record(r.cells) f (home_team text, away_team text, games text, home_is_fixed text)
      where r.import_id = import.id and r.kind = 'matchups') c
    left join teams h on h.name = lower(c.home_team)
    left join teams a on a.name = lower(c.away_team)
    left join public.schedule_matchups e on e.schedule_id = import.schedule_id and e.home_team_id = h.id and e.away_team_id = a.id) x
  where r.import_id = import.id and r.kind = 'matchups' and r.part = x.part and r.line = x.line;
end $$;
comment on function scheduling.check_matchups(public.imports) is 'Checks the rows of match-ups: by their two teams.';

create function scheduling.params_of(cells jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  -- A spreadsheet holds them as text.
  return case when jsonb_typeof(cells -> 'params') = 'object' then cells -> 'params'
    when jsonb_typeof(cells -> 'params') = 'string' and pg_input_is_valid(cells ->> 'params', 'jsonb')
      and jsonb_typeof((cells ->> 'params')::jsonb) = 'object' then (cells ->> 'params')::jsonb end;
end $$;
comment on function scheduling.params_of(jsonb) is 'The parameters of a row''s constraint; null where they are no object.';

create function scheduling.unknown_reference(import public.imports, schedule public.schedules, schema jsonb, params jsonb) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select r.at || ' names no ' || replace(r.kind, '_', ' ') || ' of the schedule'
    from scheduling.references_in(schema, schema, params, '') r
    where not coalesce(scheduling.is_known(schedule, r.kind, core.uuid_or_null(r.id)), false)
      and not (r.kind = 'team' and import.what = 'schedule' and exists (
        select from scheduling.import_rows i where i.import_id = import.id and i.kind = 'teams' and i.id = core.uuid_or_null(r.id)))
    limit 1);
end $$;
comment on function scheduling.unknown_reference(public.imports, public.schedules, jsonb, jsonb) is
  'What params name that neither the schedule has nor the import brings; null: nothing.';

create function scheduling.check_constraints(import public.imports, schedule public.schedules) returns void
language plpgsql set search_path = '' as $$
begin
  update scheduling.import_rows r set id = coalesce(x.id, core.uuid_v7()), faults = x.faults, action = x.action
  from (
    select c.part, c.line, e.id,
      case when e.id is null then 'add' when (e.type, e.name, e.params, e.hard, e.weight, e.active) is not distinct from (
          coalesce(c.type, e.type), case when c.cells ? 'name' then c.name else e.name end, coalesce(c.given, e.params),
          coalesce(scheduling.yes_or_no(c.hard), e.hard), coalesce(scheduling.number_of(c.weight)::numeric, e.weight),
          coalesce(scheduling.yes_or_no(c.active), e.active)) then 'keep' else 'change' end as action,
      array_remove(array[
        case when c.id is not null and e.id is null then 'id:unknown_id'
          when count(*) over (partition by e.id) > 1 and e.id is not null then 'id:duplicate' end,
        case when coalesce(c.type, e.type) is null then 'type:missing' when t.type is null then 'type:unknown_type' end,
        case when length(c.name) > 200 then 'name:too_long' end,
        case when c.cells -> 'params' is null and e.id is null then 'params:missing' when c.cells ? 'params' and c.given is null then 'params:not_json'
          when length(c.given::text) > 100000 then 'params:too_long'
          when t.type is not null then coalesce((
            select 'params:does_not_fit:' || f.path || ' ' || f.message
            from core.schema_faults(t.schema, coalesce(c.given, e.params)) f limit 1),
            case when (t.type, coalesce(c.given, e.params)) is distinct from (e.type, e.params) then
              'params:does_not_fit:' || scheduling.unknown_reference(import, schedule, t.schema, coalesce(c.given, e.params)) end) end,
        case when c.hard is null and e.id is null then 'hard:missing'
          when c.hard is not null and scheduling.yes_or_no(c.hard) is null then 'hard:not_yes_or_no' end,
        case when c.weight is not null and scheduling.number_of(c.weight) is null then 'weight:not_a_decimal'
          when scheduling.number_of(c.weight) <= 0 or scheduling.number_of(c.weight) > 1000000 then 'weight:out_of_range' end,
        case when c.active is not null and scheduling.yes_or_no(c.active) is null then 'active:not_yes_or_no' end
      ], null) as faults
    from (
      select r.part, r.line, r.cells, f.*, scheduling.params_of(r.cells) as given
      from scheduling.import_rows r, jsonb_to_record(r.cells) f (id text, type text, name text, hard text, weight text, active text)
      where r.import_id = import.id and r.kind = 'constraints') c
    left join lateral (
      select s.* from public.schedule_constraints s
      where s.schedule_id = import.schedule_id and case when c.id is not null then s.id = core.uuid_or_null(c.id)
        when c.name is not null then s.name = c.name
        else s.name is null and s.type = c.type and s.params = c.given and s.hard = scheduling.yes_or_no(c.hard) end
      order by s.created_at, s.id limit 1) e on true
    left join public.constraint_types t on t.type = coalesce(c.type, e.type)) x
  where r.import_id = import.id and r.kind = 'constraints' and r.part = x.part and r.line = x.line;
end $$;
comment on function scheduling.check_constraints(public.imports, public.schedules) is
  'Checks the rows of constraints: by id, else by name, else by type, parameters and whether they are hard.';

-- Of a published schedule teams, rounds and match-ups stay as they are, as for those who change it by hand.
create function scheduling.check_published(import public.imports) returns void
language plpgsql set search_path = '' as $$
begin
  update scheduling.import_rows r
  set faults = array_append(r.faults, case r.kind when 'rounds' then 'number' when 'matchups' then 'home_team' else 'code' end || ':published')
  where r.import_id = import.id and case r.kind
    when 'teams' then import.what = 'schedule' and not exists (
      select from public.schedule_teams p where p.schedule_id = import.schedule_id and p.team_id = r.id
        and (not r.cells ? 'schedule_division' or p.division is not distinct from r.cells ->> 'schedule_division'))
    else r.kind in ('rounds', 'matchups') and r.action <> 'keep' end;
end $$;
comment on function scheduling.check_published(public.imports) is 'Notes what an import would change of a schedule that stays as it is, since it is published.';

create function scheduling.problems_of(import public.imports) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object('kind', f.kind, 'part', f.part, 'line', f.line, 'column', split_part(f.fault, ':', 1),
        'code', split_part(f.fault, ':', 2), 'message', scheduling.fault_message(f.fault),
        'value', left(f.cells ->> split_part(f.fault, ':', 1), 100)) order by f.kind, f.part, f.line, f.place)
    from (
      select w.kind, w.part, w.line, w.cells, u.fault, u.place from (
        (select r.kind, r.part, r.line, r.cells, r.faults from scheduling.import_rows r
          where r.import_id = import.id and r.faults <> '{}' order by r.kind, r.part, r.line limit 1000)
        union all
        (select 'games', g.part, g.line, r.cells, g.faults from scheduling.import_games g
          join scheduling.import_rows r on r.import_id = g.import_id and r.kind = 'games' and r.part = g.part and r.line = g.line
          where g.import_id = import.id and g.faults <> '{}' order by g.part, g.line limit 1000)) w,
        unnest(w.faults) with ordinality u (fault, place)
      order by w.kind, w.part, w.line, u.place limit 1000) f), '[]');
end $$;
comment on function scheduling.problems_of(public.imports) is 'The first 1,000 faults of a checked import, by line.';

create function scheduling.check_rows(import public.imports) returns public.imports
language plpgsql set search_path = '' as $$
declare
  schedule public.schedules;
  staged bigint;
  parts record;
begin
  select coalesce(sum(p.rows), 0) as rows, min(p.part) filter (where not p.complete) as broken into parts
    from scheduling.import_parts p where p.import_id = import.id;
  select count(*) into staged from scheduling.import_rows r where r.import_id = import.id;
  if parts.broken is not null or staged <> parts.rows then
    perform core.raise_error(409, 'import_incomplete', 'A part did not come whole: send it again.', jsonb_build_object('part', parts.broken));
  elsif staged = 0 then
    perform core.raise_error(422, 'import_empty', 'The file has no rows.');
  end if;
  select s.* into schedule from public.schedules s where s.id = import.schedule_id;
  perform scheduling.check_venues(import);
  perform scheduling.check_teams(import);
  if import.schedule_id is not null then
    perform scheduling.check_rounds(import);
    perform scheduling.check_matchups(import);
    perform scheduling.check_constraints(import, schedule);
    perform scheduling.check_games(import, schedule);
    if schedule.status = 'published' then
      perform scheduling.check_published(import);
    end if;
  end if;
  update public.imports i set (rows, added, changed, unchanged, faults) = (
    select count(*), count(*) filter (where w.action = 'add'), count(*) filter (where w.action = 'change'), count(*) filter (where w.action = 'keep'),
      coalesce(sum(cardinality(w.faults)), 0)
    from (
      select r.action, r.faults from scheduling.import_rows r where r.import_id = import.id and r.kind <> 'games'
      union all
      select g.action, g.faults from scheduling.import_games g where g.import_id = import.id) w),
    problems = scheduling.problems_of(import), status = 'checked', wanted = null, failure = null, checked_at = now()
  where i.id = import.id returning i.* into import;
  return import;
end $$;
comment on function scheduling.check_rows(public.imports) is
  'Checks everything an import has staged, and notes at it what came of it. PT409 import_incomplete, PT422 import_empty.';
