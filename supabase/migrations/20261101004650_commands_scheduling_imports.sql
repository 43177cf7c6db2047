-- Scheduling, imports: applied whole or not at all, at once or, where they are large, in the background.

-- One by one, by the commands that clients call: each venue and team has its event and its audit row.
create function scheduling.apply_places(import public.imports) returns void
language plpgsql set search_path = '' as $$
declare
  line record;
  fields jsonb;
begin
  for line in
    select r.id, r.part, r.line, r.action, r.cells, r.kind from scheduling.import_rows r
    where r.import_id = import.id and r.kind in ('venues', 'teams') and r.action <> 'keep'
    order by r.kind desc, r.action = 'add', r.id
  loop
    if line.kind = 'venues' then
      fields := scheduling.fields_of(line.cells, array['name', 'code', 'time_zone', 'address'], array['spectators', 'games_at_once', 'latitude', 'longitude']);
    else
      fields := scheduling.fields_of(line.cells, array['name', 'code', 'division', 'time_zone'], '{}')
        || case when line.cells ? 'venue' then jsonb_build_object('venue_id', (
          -- Asked now: it may have got its id a moment ago.
          select v.id from scheduling.import_venues(import) v where v.name = lower(line.cells ->> 'venue'))) else '{}' end;
    end if;
    -- What cannot be empty stays as it is where a cell is.
    select coalesce(jsonb_object_agg(f.key, f.value), '{}') into fields from jsonb_each(fields) f
    where f.value <> 'null' or line.action = 'change' and f.key not in ('name', 'time_zone', 'games_at_once') and (f.key <> 'code' or line.kind = 'venues');
    if line.action = 'change' then
      case line.kind when 'venues' then perform scheduling.update_venue(line.id, fields, null);
        else perform scheduling.update_team(line.id, fields, null); end case;
    else
      update scheduling.import_rows r set id = (
        case line.kind when 'venues' then scheduling.create_venue(import.organization_id, fields, null)
          else scheduling.create_team(import.sport_id, fields, null) end ->> 'id')::uuid
      where r.import_id = import.id and r.kind = line.kind and r.part = line.part and r.line = line.line;
    end if;
  end loop;
end $$;
comment on function scheduling.apply_places(public.imports) is 'Writes the checked rows of venues and teams.';

create function scheduling.fields_of(cells jsonb, texts text[], numbers text[]) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce((
    select jsonb_object_agg(c.key, case when c.key = any (numbers) then to_jsonb(scheduling.number_of(c.value)) else to_jsonb(c.value) end)
    from jsonb_each_text(cells) c where c.key = any (texts || numbers)), '{}');
end $$;
comment on function scheduling.fields_of(jsonb, text[], text[]) is 'Cells as the fields of a command.';

create function scheduling.apply_rules(import public.imports) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.schedule_teams as p (schedule_id, team_id, organization_id, division)
  select import.schedule_id, r.id, import.organization_id, case when r.cells ? 'schedule_division' then r.cells ->> 'schedule_division' else e.division end
  from scheduling.import_rows r left join public.schedule_teams e on e.schedule_id = import.schedule_id and e.team_id = r.id
  where r.import_id = import.id and r.kind = 'teams' and import.what = 'schedule'
  on conflict (schedule_id, team_id) do update set division = excluded.division where p.division is distinct from excluded.division;
  -- Gone before they come again: two rounds may change places.
  with old as (
    delete from public.schedule_rounds o using scheduling.import_rows r
    where r.import_id = import.id and r.kind = 'rounds' and r.action = 'change'
      and o.schedule_id = import.schedule_id and o.number = (r.cells ->> 'number')::integer
    returning o.number, o.starts)
  update scheduling.import_rows r set cells = jsonb_build_object('time', old.starts) || r.cells
  from old where r.import_id = import.id and r.kind = 'rounds' and (r.cells ->> 'number')::integer = old.number;
  insert into public.schedule_rounds (schedule_id, number, organization_id, plays_on, starts)
  select import.schedule_id, (r.cells ->> 'number')::integer, import.organization_id, (r.cells ->> 'date')::date, (r.cells ->> 'time')::time
  from scheduling.import_rows r where r.import_id = import.id and r.kind = 'rounds' and r.action <> 'keep';
  insert into public.schedule_matchups as m (schedule_id, home_team_id, away_team_id, organization_id, games, home_is_fixed)
  select import.schedule_id, h.id, a.id, import.organization_id, coalesce(scheduling.integer_of(r.cells ->> 'games'), e.games, 1),
    coalesce(scheduling.yes_or_no(r.cells ->> 'home_is_fixed'), e.home_is_fixed, false)
  from scheduling.import_rows r
  join scheduling.import_teams(import) h on h.name = lower(r.cells ->> 'home_team')
  join scheduling.import_teams(import) a on a.name = lower(r.cells ->> 'away_team')
  left join public.schedule_matchups e on e.schedule_id = import.schedule_id and e.home_team_id = h.id and e.away_team_id = a.id
  where r.import_id = import.id and r.kind = 'matchups' and r.action <> 'keep'
  on conflict (schedule_id, home_team_id, away_team_id) do update set games = excluded.games, home_is_fixed = excluded.home_is_fixed;
  insert into public.schedule_constraints as c (id, organization_id, schedule_id, type, name, params, hard, weight, active)
  select r.id, import.organization_id, import.schedule_id, r.cells ->> 'type', r.cells ->> 'name', scheduling.params_of(r.cells),
    scheduling.yes_or_no(r.cells ->> 'hard'), coalesce(scheduling.number_of(r.cells ->> 'weight'), 1), coalesce(scheduling.yes_or_no(r.cells ->> 'active'), true)
  from scheduling.import_rows r where r.import_id = import.id and r.kind = 'constraints' and r.action = 'add'
  order by r.part, r.line;
  update public.schedule_constraints c set type = coalesce(r.cells ->> 'type', c.type),
    name = case when r.cells ? 'name' then r.cells ->> 'name' else c.name end, params = coalesce(scheduling.params_of(r.cells), c.params),
    hard = coalesce(scheduling.yes_or_no(r.cells ->> 'hard'), c.hard), weight = coalesce(scheduling.number_of(r.cells ->> 'weight'), c.weight),
    active = coalesce(scheduling.yes_or_no(r.cells ->> 'active'), c.active), violated = null, deviation = null, version = c.version + 1, updated_at = now()
  from scheduling.import_rows r where r.import_id = import.id and r.kind = 'constraints' and r.action = 'change' and c.id = r.id;
end $$;
comment on function scheduling.apply_rules(public.imports) is 'Writes the checked rows of rounds, match-ups and constraints; the teams of a whole schedule play in it.';

create function scheduling.apply_games(import public.imports, schedule public.schedules) returns void
language plpgsql security definer set search_path = '' set enable_nestloop = off as $$
begin
  insert into public.games (id, organization_id, schedule_id, round, plays_on, starts_at, ends_at, venue_id, home_team_id, away_team_id, neutral,
    tv_window_id, status, attendance, home_score, away_score, note)
  select core.uuid_v7(), import.organization_id, schedule.id, g.round, g.plays_on, g.starts_at, g.ends_at, g.venue_id, g.home_team_id,
    g.away_team_id, g.neutral, g.tv_window_id, g.status, g.attendance, g.home_score, g.away_score, g.note
  from scheduling.import_games g where g.import_id = import.id and g.action = 'add';
  update public.games t set round = g.round, plays_on = g.plays_on, starts_at = g.starts_at, ends_at = g.ends_at, venue_id = g.venue_id,
    home_team_id = g.home_team_id, away_team_id = g.away_team_id, neutral = g.neutral, tv_window_id = g.tv_window_id, status = g.status,
    attendance = g.attendance, home_score = g.home_score, away_score = g.away_score, note = g.note, version = t.version + 1, updated_at = now()
  from scheduling.import_games g
  where g.import_id = import.id and g.action = 'change' and t.id = g.id and t.plays_on = g.was_on;
  insert into public.schedule_teams (schedule_id, team_id, organization_id)
  select distinct schedule.id, u.team_id, import.organization_id
  from scheduling.import_games g, unnest(array[g.home_team_id, g.away_team_id]) u (team_id)
  where g.import_id = import.id and not exists (select from public.schedule_teams p where p.schedule_id = schedule.id)
  on conflict do nothing;
end $$;
comment on function scheduling.apply_games(public.imports, public.schedules) is
  'Writes the checked games. Where nobody was said to play in the schedule, their teams do.';

create function scheduling.require_import_rights(import public.imports, wanted text) returns void
language plpgsql stable set search_path = '' as $$
begin
  perform core.require(import.organization_id, 'schedules.manage');
  if wanted = 'apply' and import.what in ('games', 'schedule') and exists (
    select from public.schedules s where s.id = import.schedule_id and s.status = 'published') then
    perform core.require(import.organization_id, 'schedules.publish');
  end if;
end $$;
comment on function scheduling.require_import_rights(public.imports, text) is
  'Refuses who may not do what the import is to do: PT403. Games that are published, results too, are of those who publish.';

-- As many as the commands take, which count them too.
create function scheduling.require_import_sizes(import public.imports) returns void
language plpgsql stable set search_path = '' as $$
begin
  if (select count(*) from public.schedule_constraints c where c.schedule_id = import.schedule_id) > 2000 then
    perform core.raise_error(409, 'too_many_constraints', 'The schedule has as many constraints as it may.', '{"maximum": 2000}');
  elsif (select count(*) from public.schedule_teams t where t.schedule_id = import.schedule_id) > 500
    or (select count(*) from public.schedule_matchups m where m.schedule_id = import.schedule_id) > 20000 then
    perform core.raise_error(422, 'invalid_input', 'A schedule has at most 500 teams and 20,000 match-ups.', '{"field": "rows"}');
  end if;
end $$;
comment on function scheduling.require_import_sizes(public.imports) is 'PT409 too_many_constraints, PT422: what no schedule holds.';

create function scheduling.run_import(import public.imports, wanted text) returns public.imports
language plpgsql set search_path = '' as $$
declare
  schedule public.schedules;
  before jsonb;
begin
  if run_import.wanted = 'apply' then
    -- One import of an organization's teams and venues at a time; of a schedule by its lock.
    if import.schedule_id is not null then
      schedule := scheduling.lock_schedule(import.schedule_id);
      perform scheduling.keep_season(schedule.season_id);
      before := to_jsonb(schedule);
    end if;
    perform scheduling.require_import_rights(import, run_import.wanted);
    perform pg_advisory_xact_lock(hashtextextended('import:' || import.organization_id, 0));
  end if;
  import := scheduling.check_rows(import);
  if run_import.wanted = 'check' or import.faults > 0 then
    return import;
  end if;
  perform scheduling.apply_places(import);
  if import.schedule_id is not null then
    perform scheduling.apply_rules(import);
    -- Venues and teams that are new have got their ids, rounds are there.
    if import.what = 'schedule' then
      perform scheduling.check_games(import, schedule);
    end if;
    perform scheduling.apply_games(import, schedule);
    perform scheduling.require_import_sizes(import);
  end if;
  update public.imports i set status = 'applied', applied_at = now() where i.id = import.id returning i.* into import;
  delete from scheduling.import_rows r where r.import_id = import.id;
  delete from scheduling.import_games g where g.import_id = import.id;
  delete from scheduling.import_parts p where p.import_id = import.id;
  perform scheduling.record_import(import, schedule, before);
  return import;
end $$;
comment on function scheduling.run_import(public.imports, text) is
  'Checks an import and, where that is wanted and nothing is wrong, applies it: all of it, in this transaction.';

create function scheduling.record_import(import public.imports, schedule public.schedules, before jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  data jsonb := jsonb_build_object('import_id', import.id, 'what', import.what, 'added', import.added, 'changed', import.changed);
begin
  if import.added + import.changed = 0 then
    return;
  elsif schedule.id is not null then
    perform scheduling.record_schedule(schedule, 'schedule.imported', data, before);
  end if;
  perform core.audit(import.organization_id, 'import.applied', 'import', import.id, null, data);
end $$;
comment on function scheduling.record_import(public.imports, public.schedules, jsonb) is
  'What an applied import leaves in the log and the trail; one that changed nothing leaves nothing.';

create function scheduling.ask_import(import_id uuid, wanted text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  import public.imports := scheduling.require_import(ask_import.import_id, true);
begin
  if import.status = 'applied' then
    return scheduling.import_document(import);
  end if;
  perform scheduling.require_import_rights(import, ask_import.wanted);
  if (select coalesce(sum(p.rows), 0) from scheduling.import_parts p where p.import_id = import.id) <= 20000 then
    return scheduling.import_document(scheduling.run_import(import, ask_import.wanted));
  end if;
  update public.imports i set status = 'queued', wanted = ask_import.wanted where i.id = import.id returning i.* into import;
  return scheduling.import_document(import);
end $$;
grant execute on function scheduling.ask_import(uuid, text) to authenticated, service_role;
comment on function scheduling.ask_import(uuid, text) is 'See public.check_import and public.apply_import: at once up to 20,000 rows, else queued.';

create function public.check_import(import_id uuid) returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return scheduling.ask_import(import_id, 'check'); end $$;
grant execute on function public.check_import(uuid) to authenticated, service_role;
comment on function public.check_import(uuid) is
  'The dry run: what the staged rows would add, change and leave, and what is wrong with them by part, line and column. More than 20,000 rows are checked in the background (status queued). Needs schedules.manage. Returns the import.';

create function public.apply_import(import_id uuid) returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return scheduling.ask_import(import_id, 'apply'); end $$;
grant execute on function public.apply_import(uuid) to authenticated, service_role;
comment on function public.apply_import(uuid) is
  'Applies an import whole, or, where anything is wrong (status checked, faults > 0), not at all; once, however often it is called. More than 20,000 rows are applied in the background (status queued). Needs schedules.manage; games of a published schedule need schedules.publish. Returns the import.';

create function scheduling.work_imports() returns integer
language plpgsql set search_path = '' as $$
declare
  import public.imports;
  code text;
begin
  -- The organization that has waited longest since its last one, however many it has: each may take minutes.
  select i.* into import from public.imports i
  where i.status = 'queued'
  order by (
    select max(greatest(o.checked_at, o.applied_at)) from public.imports o where o.organization_id = i.organization_id) nulls first, i.created_at
  limit 1 for update skip locked;
  if import.id is null then
    return 0;
  end if;
  -- As whoever made it: what they may no longer do is not done for them.
  perform set_config('request.jwt.claims', case when import.created_by is null then '{"role": "service_role"}'
    else jsonb_build_object('sub', import.created_by, 'role', 'authenticated')::text end, true);
  begin
    perform scheduling.run_import(import, import.wanted);
  exception when others then
    get stacked diagnostics code = message_text;
    update public.imports i set status = 'failed', wanted = null, failure = left(code, 500), checked_at = now() where i.id = import.id;
  end;
  return 1;
end $$;
comment on function scheduling.work_imports() is
  'Checks or applies one import that is queued, in this transaction; returns how many. One that cannot be is marked failed, and may be asked for again.';

create function scheduling.forget_imports() returns void
language plpgsql set search_path = '' as $$
begin
  delete from public.imports i
  where i.status <> 'applied' and i.status <> 'queued' and coalesce(i.checked_at, i.created_at) < now() - interval '24 hours' or i.created_at < now() - interval '30 days';
end $$;
comment on function scheduling.forget_imports() is 'Imports that nobody went on with for a day are gone; others after 30 days.';

-- A million rows take minutes: the server's own limit is for what people wait for.
select cron.schedule('scheduling-imports', '5 seconds', 'set local statement_timeout = 0; select scheduling.work_imports()');
select cron.schedule('scheduling-imports-over', '29 * * * *', 'select scheduling.forget_imports()');
