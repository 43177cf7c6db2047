-- Scheduling, commands on TV windows: when a broadcaster takes a game of a season, and what it pays. All need schedules.manage.

create function scheduling.tv_window_fields() returns text[]
language sql immutable
set search_path = ''
as $$ select array['name', 'network', 'plays_on', 'weekday', 'starts', 'time_zone', 'value', 'minimum_quality'] $$;
comment on function scheduling.tv_window_fields() is 'What can be set of a TV window.';

create function scheduling.require_tv_window(tv_window_id uuid, permission text) returns public.tv_windows
language plpgsql stable
set search_path = ''
as $$
declare
  found_window public.tv_windows;
begin
  select w.* into found_window from public.tv_windows w where w.id = tv_window_id;
  if found_window.id is null or not core.is_member_or_service(found_window.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such TV window.');
  end if;
  perform core.require(found_window.organization_id, permission);
  return found_window;
end;
$$;
comment on function scheduling.require_tv_window(uuid, text) is 'The TV window, if the caller has the permission. PT404 for who is no member, PT403.';

create function scheduling.check_tv_window(tv_window public.tv_windows) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if (tv_window.plays_on is null) = (tv_window.weekday is null) then
    perform core.raise_error(422, 'invalid_input', 'A window is on one day (plays_on) or on a weekday of each week (weekday).', '{"field": "plays_on"}');
  elsif exists (
    select from public.seasons s where s.id = tv_window.season_id and tv_window.plays_on not between s.starts_on and s.ends_on
  ) then
    perform core.raise_error(422, 'invalid_input', 'The window is on a day of its season.', '{"field": "plays_on"}');
  elsif tv_window.starts = time '24:00' then
    perform core.raise_error(422, 'invalid_input', 'A day has hours from 00:00 to 23:59.', '{"field": "starts"}');
  elsif not core.is_time_zone(tv_window.time_zone) then
    perform core.raise_error(422, 'invalid_input', 'There is no such time zone.', '{"field": "time_zone"}');
  end if;
end;
$$;
comment on function scheduling.check_tv_window(public.tv_windows) is 'PT422 unless it is on a day of the season or a weekday, in a zone that exists.';

create function scheduling.create_tv_window(season_id uuid, tv_window jsonb, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  season public.seasons := scheduling.require_season(season_id, 'schedules.manage');
  made public.tv_windows;
  answer jsonb;
begin
  perform core.refuse_unknown_keys(tv_window, scheduling.tv_window_fields());
  answer := core.recall('tv_window.create', season.organization_id, idempotency_key, jsonb_build_array(season_id, tv_window));
  if answer is not null then
    return answer;
  end if;
  perform scheduling.require_fields(tv_window, array['name', 'starts', 'time_zone']);
  perform scheduling.keep_season(season.id);
  made.season_id := season.id;
  made := jsonb_populate_record(made, tv_window);
  perform scheduling.check_tv_window(made);
  begin
    insert into public.tv_windows (organization_id, season_id, name, network, plays_on, weekday, starts, time_zone, value, minimum_quality)
    values (season.organization_id, season.id, btrim(made.name), made.network, made.plays_on, made.weekday, made.starts, made.time_zone,
      coalesce(made.value, 0), coalesce(made.minimum_quality, 0))
    returning * into made;
  exception when unique_violation then
    perform scheduling.refuse_taken('TV window of the season', 'name');
  end;
  perform scheduling.record_change(made.organization_id, 'tv_window.created', made.id, jsonb_build_object('season_id', made.season_id),
    null, to_jsonb(made));
  return core.keep('tv_window.create', made.organization_id, idempotency_key, to_jsonb(made));
end;
$$;
comment on function scheduling.create_tv_window(uuid, jsonb, text) is 'See public.create_tv_window.';
grant execute on function scheduling.create_tv_window(uuid, jsonb, text) to authenticated, service_role;

create function scheduling.update_tv_window(tv_window_id uuid, changes jsonb, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  before public.tv_windows := scheduling.require_tv_window(tv_window_id, 'schedules.manage');
  after public.tv_windows;
begin
  perform core.refuse_unknown_keys(changes, scheduling.tv_window_fields());
  perform core.lock_stream(tv_window_id, expected_version);
  before := scheduling.require_tv_window(tv_window_id, 'schedules.manage');
  after := jsonb_populate_record(before, changes);
  -- Who names the one means it in place of the other.
  if changes ->> 'plays_on' is not null and not changes ? 'weekday' then
    after.weekday := null;
  elsif changes ->> 'weekday' is not null and not changes ? 'plays_on' then
    after.plays_on := null;
  end if;
  perform scheduling.keep_season(before.season_id);
  perform scheduling.check_tv_window(after);
  begin
    update public.tv_windows w set name = btrim(after.name), network = after.network, plays_on = after.plays_on, weekday = after.weekday,
      starts = after.starts, time_zone = after.time_zone, value = after.value, minimum_quality = after.minimum_quality,
      version = w.version + 1, updated_at = now()
    where w.id = before.id returning w.* into after;
  exception when unique_violation then
    perform scheduling.refuse_taken('TV window of the season', 'name');
  end;
  perform scheduling.record_change(after.organization_id, 'tv_window.updated', after.id, jsonb_build_object('season_id', after.season_id),
    to_jsonb(before), to_jsonb(after));
  return to_jsonb(after);
end;
$$;
comment on function scheduling.update_tv_window(uuid, jsonb, bigint) is 'See public.update_tv_window.';
grant execute on function scheduling.update_tv_window(uuid, jsonb, bigint) to authenticated, service_role;

create function scheduling.delete_tv_window(tv_window_id uuid, expected_version bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  gone public.tv_windows := scheduling.require_tv_window(tv_window_id, 'schedules.manage');
  games int;
begin
  perform core.lock_stream(tv_window_id, expected_version);
  gone := scheduling.require_tv_window(tv_window_id, 'schedules.manage');
  -- Who shows a game in it holds a key-share of it until that is done.
  perform from public.tv_windows w where w.id = gone.id for update;
  select count(*) into games from public.games g
  join public.schedules s on s.id = g.schedule_id
  where s.organization_id = gone.organization_id and s.season_id = gone.season_id and g.tv_window_id = gone.id;
  if games > 0 then
    perform core.raise_error(409, 'in_use', 'Games are shown in this window: take them out of it first.', jsonb_build_object('games', games));
  end if;
  delete from public.tv_windows w where w.id = gone.id;
  perform scheduling.record_change(gone.organization_id, 'tv_window.deleted', gone.id, jsonb_build_object('season_id', gone.season_id),
    to_jsonb(gone), null);
end;
$$;
comment on function scheduling.delete_tv_window(uuid, bigint) is 'See public.delete_tv_window.';
grant execute on function scheduling.delete_tv_window(uuid, bigint) to authenticated, service_role;
