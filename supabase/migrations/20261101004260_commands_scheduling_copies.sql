-- Scheduling: a copy of a schedule, to try what else could be done with it while the first stands.

create function scheduling.copy_schedule(schedule_id uuid, name text, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  source public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  made public.schedules;
  answer jsonb;
begin
  answer := core.recall('schedule.copy', source.organization_id, idempotency_key, jsonb_build_array(schedule_id, name));
  if answer is not null then
    return answer;
  end if;
  perform scheduling.require_fields(jsonb_build_object('name', name), array['name']);
  -- Nobody changes it between one statement and the next; an archived one may be copied too.
  perform core.lock_stream(schedule_id);
  source := scheduling.require_schedule(schedule_id, 'schedules.manage');
  insert into public.schedules (organization_id, season_id, name, format, games_per_team, phased, created_by)
  values (source.organization_id, source.season_id, btrim(copy_schedule.name), source.format, source.games_per_team, source.phased,
    (select p.id from public.profiles p where p.id = auth.uid()))
  returning * into made;
  insert into public.schedule_rounds (schedule_id, number, organization_id, plays_on, starts)
  select made.id, r.number, r.organization_id, r.plays_on, r.starts from public.schedule_rounds r where r.schedule_id = source.id;
  insert into public.schedule_teams (schedule_id, team_id, organization_id, division)
  select made.id, t.team_id, t.organization_id, t.division from public.schedule_teams t where t.schedule_id = source.id;
  insert into public.schedule_matchups (schedule_id, home_team_id, away_team_id, organization_id, games, home_is_fixed)
  select made.id, m.home_team_id, m.away_team_id, m.organization_id, m.games, m.home_is_fixed
  from public.schedule_matchups m where m.schedule_id = source.id;
  insert into public.schedule_constraints (organization_id, schedule_id, type, name, params, hard, weight, active)
  select c.organization_id, made.id, c.type, c.name, c.params, c.hard, c.weight, c.active
  from public.schedule_constraints c where c.schedule_id = source.id order by c.created_at, c.id;
  insert into public.games (organization_id, schedule_id, round, plays_on, starts_at, ends_at, venue_id, home_team_id, away_team_id,
    neutral, tv_window_id, note)
  select g.organization_id, made.id, g.round, g.plays_on, g.starts_at, g.ends_at, g.venue_id, g.home_team_id, g.away_team_id,
    g.neutral, g.tv_window_id, g.note
  from public.games g where g.schedule_id = source.id and g.status <> 'cancelled' order by g.plays_on, g.id;
  perform scheduling.record_schedule(made, 'schedule.created', jsonb_build_object('copied_from', source.id), null);
  return core.keep('schedule.copy', made.organization_id, idempotency_key, scheduling.read_schedule(made.id));
end;
$$;
comment on function scheduling.copy_schedule(uuid, text, text) is 'See public.copy_schedule.';
grant execute on function scheduling.copy_schedule(uuid, text, text) to authenticated, service_role;
