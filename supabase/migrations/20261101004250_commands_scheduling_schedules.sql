-- Scheduling, commands on schedules: make, change, archive and delete them. All need schedules.manage.
-- Teams, rounds, match-ups and format change while it is a draft; publishing and what belongs to games is elsewhere.

create function scheduling.schedule_details(schedule public.schedules) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return scheduling.schedule_document(schedule) || jsonb_build_object(
    'rounds', (
      select coalesce(jsonb_agg(jsonb_build_object('number', r.number, 'plays_on', r.plays_on, 'starts', r.starts) order by r.number), '[]')
      from public.schedule_rounds r where r.schedule_id = schedule.id),
    'teams', (
      select coalesce(jsonb_agg(jsonb_build_object('team_id', t.id, 'name', t.name, 'code', t.code, 'division', s.division,
        'venue_id', t.venue_id, 'active', t.active) order by t.name, t.id), '[]')
      from public.schedule_teams s join public.teams t on t.id = s.team_id where s.schedule_id = schedule.id),
    'matchups', (
      select coalesce(jsonb_agg(jsonb_build_object('home_team_id', m.home_team_id, 'away_team_id', m.away_team_id, 'games', m.games,
        'home_is_fixed', m.home_is_fixed) order by m.home_team_id, m.away_team_id), '[]')
      from public.schedule_matchups m where m.schedule_id = schedule.id));
end;
$$;
comment on function scheduling.schedule_details(public.schedules) is 'A schedule with its rounds, teams and match-ups, as far as the caller may read them.';
grant execute on function scheduling.schedule_document(public.schedules) to authenticated, service_role;
grant execute on function scheduling.schedule_details(public.schedules) to authenticated, service_role;

create function scheduling.read_schedule(schedule_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  schedule public.schedules;
begin
  select s.* into schedule from public.schedules s where s.id = schedule_id;
  if schedule.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such schedule.');
  end if;
  return scheduling.schedule_details(schedule);
end;
$$;
comment on function scheduling.read_schedule(uuid) is 'See public.get_schedule. Row level security decides who reads it.';
grant execute on function scheduling.read_schedule(uuid) to authenticated, service_role;

create function scheduling.shape_of(schedule jsonb, format text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  -- What another format does not have goes with the format before, unless it is asked for: then the table refuses it.
  return schedule
    || case when format <> 'partial_round_robin' and schedule ->> 'games_per_team' is null then '{"games_per_team": null}' else '{}'::jsonb end
    || case when format <> 'double_round_robin' and schedule ->> 'phased' is null then '{"phased": false}' else '{}'::jsonb end;
end;
$$;
comment on function scheduling.shape_of(jsonb, text) is 'Changes of a schedule with what follows from its format.';

create function scheduling.create_schedule(season_id uuid, schedule jsonb, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  season public.seasons := scheduling.require_season(season_id, 'schedules.manage');
  made public.schedules;
  answer jsonb;
begin
  perform core.refuse_unknown_keys(schedule, array['name', 'format', 'games_per_team', 'phased', 'teams', 'rounds', 'matchups']);
  answer := core.recall('schedule.create', season.organization_id, idempotency_key, jsonb_build_array(season_id, schedule));
  if answer is not null then
    return answer;
  end if;
  perform scheduling.require_fields(schedule, array['name', 'format']);
  perform scheduling.keep_season(season.id);
  season := scheduling.require_season(season_id, 'schedules.manage');
  insert into public.schedules (organization_id, season_id, name, format, games_per_team, phased, created_by)
  values (season.organization_id, season.id, btrim(schedule ->> 'name'), schedule ->> 'format', (schedule ->> 'games_per_team')::int,
    coalesce((schedule ->> 'phased')::boolean, false), (select p.id from public.profiles p where p.id = auth.uid()))
  returning * into made;
  perform scheduling.set_teams(made, season, coalesce(schedule -> 'teams', (
    select coalesce(jsonb_agg(t.id), '[]') from public.teams t
    where t.organization_id = season.organization_id and t.sport_id = season.sport_id and t.active)));
  perform scheduling.set_rounds(made, season, coalesce(schedule -> 'rounds', '[]'));
  perform scheduling.set_matchups(made, coalesce(schedule -> 'matchups', '[]'));
  perform scheduling.check_schedule(made);
  perform scheduling.record_schedule(made, 'schedule.created', '{}', null);
  return core.keep('schedule.create', made.organization_id, idempotency_key, scheduling.read_schedule(made.id));
end;
$$;
comment on function scheduling.create_schedule(uuid, jsonb, text) is 'See public.create_schedule.';
grant execute on function scheduling.create_schedule(uuid, jsonb, text) to authenticated, service_role;

create function scheduling.update_schedule(schedule_id uuid, changes jsonb, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  season public.seasons;
  before jsonb;
begin
  perform core.refuse_unknown_keys(changes, array['name', 'format', 'games_per_team', 'phased', 'teams', 'rounds', 'matchups']);
  schedule := scheduling.lock_schedule(schedule_id, expected_version);
  if schedule.status <> 'draft' and changes - 'name' <> '{}' then
    perform core.raise_error(409, 'schedule_published', 'Of a published schedule only the name changes: unpublish it first.');
  end if;
  -- Of the lists, what is replaced.
  select jsonb_object_agg(d.key, d.value) into before from jsonb_each(scheduling.schedule_details(schedule)) d
  where d.key not in ('rounds', 'teams', 'matchups') or changes ? d.key;
  schedule := jsonb_populate_record(schedule, scheduling.shape_of(changes, coalesce(changes ->> 'format', schedule.format)));
  update public.schedules s set name = btrim(schedule.name), format = schedule.format, games_per_team = schedule.games_per_team,
    phased = schedule.phased
  where s.id = schedule.id returning s.* into schedule;
  if changes - 'name' <> '{}' then
    perform scheduling.keep_season(schedule.season_id);
    select s.* into strict season from public.seasons s where s.id = schedule.season_id;
    if changes ? 'teams' then
      perform scheduling.set_teams(schedule, season, changes -> 'teams');
    end if;
    if changes ? 'rounds' then
      perform scheduling.set_rounds(schedule, season, changes -> 'rounds');
    end if;
    if changes ? 'matchups' then
      perform scheduling.set_matchups(schedule, changes -> 'matchups');
    elsif schedule.format not in ('partial_round_robin', 'custom') then
      delete from public.schedule_matchups m where m.schedule_id = schedule.id;
    end if;
    perform scheduling.check_schedule(schedule);
    update public.schedule_constraints c set violated = null, deviation = null where c.schedule_id = schedule.id and c.violated is not null;
  end if;
  perform scheduling.record_schedule(schedule, 'schedule.updated',
    jsonb_build_object('changed', (select coalesce(jsonb_agg(k order by k), '[]') from jsonb_object_keys(changes) k)), before);
  return scheduling.read_schedule(schedule.id);
end;
$$;
comment on function scheduling.update_schedule(uuid, jsonb, bigint) is 'See public.update_schedule.';
grant execute on function scheduling.update_schedule(uuid, jsonb, bigint) to authenticated, service_role;

create function scheduling.archive_schedule(schedule_id uuid, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  before jsonb;
  ahead int;
begin
  perform core.lock_stream(schedule_id, expected_version);
  schedule := scheduling.require_schedule(schedule_id, 'schedules.manage');
  if schedule.status = 'archived' then
    return scheduling.read_schedule(schedule.id);
  end if;
  before := to_jsonb(schedule);
  select count(*) into ahead from public.games g
  where g.schedule_id = schedule.id and g.published and g.status = 'scheduled'
    -- tonight's, where it is tomorrow in UTC already
    and (g.plays_on >= current_date or g.ends_at > now());
  if ahead > 0 then
    perform core.raise_error(409, 'games_to_come', 'Published games of it are still to be played.', jsonb_build_object('games', ahead));
  end if;
  update public.schedules s set status = 'archived' where s.id = schedule.id;
  perform scheduling.record_schedule(schedule, 'schedule.archived', '{}', before);
  return scheduling.read_schedule(schedule.id);
end;
$$;
comment on function scheduling.archive_schedule(uuid, bigint) is 'See public.archive_schedule.';
grant execute on function scheduling.archive_schedule(uuid, bigint) to authenticated, service_role;

create function scheduling.delete_schedule(schedule_id uuid, expected_version bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  games int;
begin
  schedule := scheduling.lock_schedule(schedule_id, expected_version);
  if schedule.status = 'published' then
    perform core.raise_error(409, 'schedule_published', 'A published schedule is not deleted: unpublish it first, or archive it when it is over.');
  end if;
  delete from public.games g where g.schedule_id = schedule.id;
  get diagnostics games = row_count;
  delete from public.schedules s where s.id = schedule.id;
  perform scheduling.record_change(schedule.organization_id, 'schedule.deleted', schedule.id,
    jsonb_build_object('season_id', schedule.season_id, 'status', schedule.status, 'games', games), to_jsonb(schedule), null);
end;
$$;
comment on function scheduling.delete_schedule(uuid, bigint) is 'See public.delete_schedule.';
grant execute on function scheduling.delete_schedule(uuid, bigint) to authenticated, service_role;
