-- Scheduling, exports: rows with the columns that imports read, page by page. What is exported and imported again changes nothing.

create function scheduling.require_export(schedule_id uuid, organization_id uuid, sport_id uuid, kind text) returns public.imports
language plpgsql stable set search_path = '' as $$
declare
  schedule public.schedules;
  -- What names teams and venues is asked as imports ask it.
  scope public.imports;
begin
  scope.organization_id := organization_id;
  scope.sport_id := sport_id;
  if schedule_id is not null then
    select s.* into schedule from public.schedules s where s.id = require_export.schedule_id;
    if schedule.id is null or not core.is_member_or_service(schedule.organization_id)
      or schedule.published_at is null and not core.has_permission(schedule.organization_id, 'schedules.read') then
      perform core.raise_error(404, 'not_found', 'There is no such schedule.');
    end if;
    scope.schedule_id := schedule.id;
    scope.organization_id := schedule.organization_id;
    select s.sport_id into strict scope.sport_id from public.seasons s where s.id = schedule.season_id;
  elsif kind not in ('venues', 'teams') or organization_id is null then
    perform core.raise_error(422, 'invalid_input', 'Say which schedule is meant.', '{"field": "schedule_id"}');
  elsif kind = 'teams' and sport_id is null then
    perform core.raise_error(422, 'invalid_input', 'Say which sport the teams play.', '{"field": "sport_id"}');
  end if;
  perform core.require(scope.organization_id, case when kind = 'constraints' then 'schedules.read' else 'organization.read' end);
  return scope;
end $$;
comment on function scheduling.require_export(uuid, uuid, uuid, text) is
  'What is to be exported, if the caller may read it. PT404 for drafts of those without schedules.read.';

create function scheduling.games_to_export(scope public.imports, after_on date, after_id uuid, page_size integer) returns jsonb
language plpgsql stable set search_path = '' set timezone = 'UTC' as $$
declare
  drafts boolean := core.has_permission(scope.organization_id, 'schedules.read');
begin
  return coalesce((
    with venues as materialized (
      select v.id, v.name, v.time_zone, case when n.id = v.id then coalesce(v.code, v.name) else v.id::text end as label
      from public.venues v left join scheduling.import_venues(scope) n on n.name = lower(coalesce(v.code, v.name))
      where v.organization_id = scope.organization_id
    ), teams as materialized (
      select t.id, t.name, t.time_zone, case when n.id = t.id then t.code else t.id::text end as label
      from public.teams t left join scheduling.import_teams(scope) n on n.name = lower(t.code)
      where t.organization_id = scope.organization_id and t.sport_id = scope.sport_id
    ), windows as materialized (
      select w.id, case when count(*) over (partition by lower(w.name)) = 1 then w.name else w.id::text end as label
      from public.tv_windows w where w.season_id = (select s.season_id from public.schedules s where s.id = scope.schedule_id)
    ), page as (
      select g.* from public.games g
      where g.schedule_id = scope.schedule_id and (g.published or drafts) and (after_on is null or (g.plays_on, g.id) > (after_on, after_id))
      order by g.plays_on, g.id limit page_size
    )
    select jsonb_agg(jsonb_build_object(
        'id', g.id, 'round', g.round, 'date', g.plays_on,
        'time', to_char(g.starts_at at time zone coalesce(v.time_zone, h.time_zone),
          case when extract(second from g.starts_at) >= 1 then 'HH24:MI:SS' else 'HH24:MI' end),
        'time_zone', coalesce(v.time_zone, h.time_zone), 'home_team', h.label, 'away_team', a.label, 'home_name', h.name, 'away_name', a.name,
        'venue', v.label, 'venue_name', v.name, 'neutral', g.neutral, 'tv_window', w.label, 'status', g.status, 'attendance', g.attendance,
        'home_score', g.home_score, 'away_score', g.away_score, 'note', g.note, 'starts_at', g.starts_at, 'ends_at', g.ends_at)
      order by g.plays_on, g.id)
    from page g
    left join teams h on h.id = g.home_team_id
    left join teams a on a.id = g.away_team_id
    left join venues v on v.id = g.venue_id
    left join windows w on w.id = g.tv_window_id),
    '[]');
end $$;
comment on function scheduling.games_to_export(public.imports, date, uuid, integer) is
  'A page of a schedule''s games as the rows of a file; drafts for those with schedules.read.';

create function scheduling.rows_to_export(scope public.imports, kind text) returns jsonb
language plpgsql stable set search_path = '' set timezone = 'UTC' as $$
begin
  return coalesce(case kind
    when 'venues' then (
      select jsonb_agg(jsonb_build_object('id', v.id, 'code', v.code, 'name', v.name, 'time_zone', v.time_zone, 'address', v.address, 'latitude', v.latitude,
        'longitude', v.longitude, 'spectators', v.spectators, 'games_at_once', v.games_at_once) order by v.name, v.id)
      from public.venues v
      where v.organization_id = scope.organization_id and (scope.schedule_id is null
        or v.id in (select t.venue_id from public.schedule_teams p join public.teams t on t.id = p.team_id where p.schedule_id = scope.schedule_id)
        or v.id in (select g.venue_id from public.games g where g.schedule_id = scope.schedule_id)))
    when 'teams' then (
      select jsonb_agg(jsonb_build_object('id', t.id, 'code', t.code, 'name', t.name, 'division', t.division,
          'venue', case when n.id = v.id then coalesce(v.code, v.name) else v.id::text end, 'time_zone', t.time_zone)
        || case when p.team_id is not null then jsonb_build_object('schedule_division', p.division) else '{}' end order by t.name, t.id)
      from public.teams t
      left join public.schedule_teams p on p.team_id = t.id and p.schedule_id = scope.schedule_id
      left join public.venues v on v.id = t.venue_id
      left join scheduling.import_venues(scope) n on n.name = lower(coalesce(v.code, v.name))
      where t.organization_id = scope.organization_id and t.sport_id = scope.sport_id and (scope.schedule_id is null or p.team_id is not null))
    when 'rounds' then (
      select jsonb_agg(jsonb_build_object('number', r.number, 'date', r.plays_on, 'time', to_char(r.starts, 'HH24:MI:SS')) order by r.number)
      from public.schedule_rounds r where r.schedule_id = scope.schedule_id)
    when 'matchups' then (
      select jsonb_agg(jsonb_build_object('home_team', coalesce(h.name, m.home_team_id::text), 'away_team', coalesce(a.name, m.away_team_id::text),
        'games', m.games, 'home_is_fixed', m.home_is_fixed) order by h.name, a.name)
      from public.schedule_matchups m
      left join (select t.id, t.code as name from public.teams t join scheduling.import_teams(scope) n on n.id = t.id and n.name = lower(t.code)) h on h.id = m.home_team_id
      left join (select t.id, t.code as name from public.teams t join scheduling.import_teams(scope) n on n.id = t.id and n.name = lower(t.code)) a on a.id = m.away_team_id
      where m.schedule_id = scope.schedule_id)
    when 'constraints' then (
      select jsonb_agg(jsonb_build_object('id', c.id, 'type', c.type, 'name', c.name, 'hard', c.hard, 'weight', c.weight, 'active', c.active,
        'params', c.params) order by c.created_at, c.id)
      from public.schedule_constraints c where c.schedule_id = scope.schedule_id)
  end, '[]');
end $$;
comment on function scheduling.rows_to_export(public.imports, text) is 'All rows of a kind that never has many.';

create function scheduling.export_rows(
  kind text, schedule_id uuid, organization_id uuid, sport_id uuid, after_date date, after_id uuid, page_size integer)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  scope public.imports := scheduling.require_export(schedule_id, organization_id, sport_id, kind);
begin
  if kind = 'games' then
    return scheduling.games_to_export(scope, after_date, after_id, least(greatest(page_size, 1), 5000));
  elsif kind not in ('venues', 'teams', 'rounds', 'matchups', 'constraints') or kind is null then
    perform core.raise_error(422, 'invalid_input', 'There is nothing of this kind.', '{"field": "kind"}');
  end if;
  return scheduling.rows_to_export(scope, kind);
end $$;
grant execute on function scheduling.export_rows(text, uuid, uuid, uuid, date, uuid, integer) to authenticated, service_role;
comment on function scheduling.export_rows(text, uuid, uuid, uuid, date, uuid, integer) is 'See public.export_rows.';

create function public.export_rows(
  kind text, schedule_id uuid default null, organization_id uuid default null, sport_id uuid default null, after_date date default null,
  after_id uuid default null, page_size integer default 1000)
returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  return scheduling.export_rows(kind, schedule_id, organization_id, sport_id, after_date, after_id, page_size);
end $$;
grant execute on function public.export_rows(text, uuid, uuid, uuid, date, uuid, integer) to authenticated, service_role;
comment on function public.export_rows(text, uuid, uuid, uuid, date, uuid, integer) is
  'Rows of a schedule (games, teams, venues, rounds, matchups, constraints), or of an organization (venues; teams of a sport), with the columns that imports read. Games come in pages of at most 5,000: go on after date and id of the last. Published schedules are for every member, drafts and constraints need schedules.read.';
