-- Scheduling, commands on teams: resources of the calendar that play a sport. All need schedules.manage. Locks as for venues.

create function scheduling.require_team(team_id uuid, permission text) returns public.teams
language plpgsql stable
set search_path = ''
as $$
declare
  team public.teams;
begin
  select t.* into team from public.teams t where t.id = team_id;
  if team.id is null or not core.is_member_or_service(team.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such team.');
  end if;
  perform core.require(team.organization_id, permission);
  return team;
end;
$$;
comment on function scheduling.require_team(uuid, text) is 'The team, if the caller has the permission. PT404 for who is no member, PT403.';

create function scheduling.check_home(organization_id uuid, venue_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform scheduling.require_venues(organization_id, array[venue_id]);
  if exists (select from public.venues v where v.id = venue_id and not v.active) then
    perform core.raise_error(422, 'invalid_input', 'The venue is retired.', '{"field": "venue_id"}');
  end if;
end;
$$;
comment on function scheduling.check_home(uuid, uuid) is 'PT422 unless it is a venue of the organization that is not retired, or none; locks it against deletion.';

create function scheduling.create_team(sport_id uuid, team jsonb, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  sport public.sports := scheduling.require_sport(sport_id, 'schedules.manage');
  home uuid := team ->> 'venue_id';
  resource public.resources;
  made public.teams;
  answer jsonb;
begin
  perform core.refuse_unknown_keys(team, array['name', 'code', 'division', 'venue_id', 'time_zone']);
  answer := core.recall('team.create', sport.organization_id, idempotency_key, jsonb_build_array(sport_id, team));
  if answer is not null then
    return answer;
  end if;
  perform scheduling.require_fields(team, array['name', 'code']);
  perform scheduling.keep_sport(sport.id);
  perform scheduling.check_home(sport.organization_id, home);
  resource := scheduling.add_resource(sport.organization_id, 'team', team ->> 'name',
    coalesce(team ->> 'time_zone', (select v.time_zone from public.venues v where v.id = home), scheduling.home_zone(sport.organization_id)),
    1, null);
  begin
    insert into public.teams (id, organization_id, sport_id, venue_id, code, division)
    values (resource.id, sport.organization_id, sport.id, home, team ->> 'code', team ->> 'division')
    returning * into made;
  exception when unique_violation then
    perform scheduling.refuse_taken('team of the sport', 'code');
  end;
  perform scheduling.record_change(made.organization_id, 'team.created', made.id,
    jsonb_build_object('sport_id', made.sport_id, 'active', made.active), null, to_jsonb(made));
  return core.keep('team.create', made.organization_id, idempotency_key, to_jsonb(made));
end;
$$;
comment on function scheduling.create_team(uuid, jsonb, text) is 'See public.create_team.';
grant execute on function scheduling.create_team(uuid, jsonb, text) to authenticated, service_role;

create function scheduling.update_team(team_id uuid, changes jsonb, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  before public.teams := scheduling.require_team(team_id, 'schedules.manage');
  after public.teams;
begin
  perform core.refuse_unknown_keys(changes, array['name', 'code', 'division', 'venue_id', 'time_zone', 'active']);
  perform scheduling.lock_resource(team_id);
  before := scheduling.require_team(team_id, 'schedules.manage');
  perform scheduling.check_version(before.version, expected_version);
  if (changes ->> 'venue_id')::uuid <> coalesce(before.venue_id, core.nil_uuid()) then
    perform scheduling.check_home(before.organization_id, (changes ->> 'venue_id')::uuid);
  end if;
  perform scheduling.change_resource(before.id, jsonb_strip_nulls(jsonb_build_object('name', changes -> 'name',
    'time_zone', changes -> 'time_zone', 'active', changes -> 'active')));
  after := jsonb_populate_record(before, changes);
  begin
    update public.teams t set code = after.code, division = after.division, venue_id = after.venue_id,
      version = before.version + 1, updated_at = now()
    where t.id = before.id returning t.* into after;
  exception when unique_violation then
    perform scheduling.refuse_taken('team of the sport', 'code');
  end;
  perform scheduling.record_change(after.organization_id, 'team.updated', after.id,
    jsonb_build_object('sport_id', after.sport_id, 'active', after.active), to_jsonb(before), to_jsonb(after));
  return to_jsonb(after);
end;
$$;
comment on function scheduling.update_team(uuid, jsonb, bigint) is 'See public.update_team.';
grant execute on function scheduling.update_team(uuid, jsonb, bigint) to authenticated, service_role;

create function scheduling.delete_team(team_id uuid, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  team public.teams := scheduling.require_team(team_id, 'schedules.manage');
  deleted boolean;
begin
  perform scheduling.lock_resource(team_id);
  team := scheduling.require_team(team_id, 'schedules.manage');
  perform scheduling.check_version(team.version, expected_version);
  -- Whoever takes it into a schedule holds a key-share of it (schedule_teams) until that is done.
  perform from public.teams t where t.id = team.id for update;
  deleted := scheduling.remove_resource(team.organization_id, 'team', team.id, jsonb_build_object('sport_id', team.sport_id),
    exists (select from public.schedule_teams t where t.organization_id = team.organization_id and t.team_id = team.id)
    or exists (select from public.games g where g.home_team_id = team.id)
    or exists (select from public.games g where g.away_team_id = team.id));
  return jsonb_build_object('id', team.id, 'outcome', case when deleted then 'deleted' else 'retired' end);
end;
$$;
comment on function scheduling.delete_team(uuid, bigint) is 'See public.delete_team.';
grant execute on function scheduling.delete_team(uuid, bigint) to authenticated, service_role;
