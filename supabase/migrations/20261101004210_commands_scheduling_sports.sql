-- Scheduling, commands on sports, their seasons, and the TV windows of a season. All need schedules.manage.
--
-- Nothing goes with what it belongs to unasked: a sport stays while it has seasons or teams, a season while it has schedules.

-- sports -------------------------------------------------------------------------------------------------------------

create function scheduling.require_sport(sport_id uuid, permission text) returns public.sports
language plpgsql stable
set search_path = ''
as $$
declare
  sport public.sports;
begin
  select s.* into sport from public.sports s where s.id = sport_id;
  if sport.id is null or not core.is_member_or_service(sport.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such sport.');
  end if;
  perform core.require(sport.organization_id, permission);
  return sport;
end;
$$;
comment on function scheduling.require_sport(uuid, text) is 'The sport, if the caller has the permission. PT404 for who is no member, PT403.';

create function scheduling.keep_sport(sport_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform from public.sports s where s.id = sport_id for key share;
  if not found then
    perform core.raise_error(404, 'not_found', 'There is no such sport.');
  end if;
end;
$$;
comment on function scheduling.keep_sport(uuid) is 'Keeps others from deleting it until this transaction is over. PT404 where it is gone already.';

create function scheduling.create_sport(organization_id uuid, sport jsonb, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  made public.sports;
  answer jsonb;
begin
  perform core.require(organization_id, 'schedules.manage');
  perform core.refuse_unknown_keys(sport, array['name', 'game_minutes', 'setup_minutes', 'teardown_minutes']);
  answer := core.recall('sport.create', organization_id, idempotency_key, sport);
  if answer is not null then
    return answer;
  end if;
  perform scheduling.require_fields(sport, array['name']);
  begin
    insert into public.sports (organization_id, name, game_minutes, setup_minutes, teardown_minutes)
    values (organization_id, btrim(sport ->> 'name'), coalesce((sport ->> 'game_minutes')::int, 150),
      coalesce((sport ->> 'setup_minutes')::int, 0), coalesce((sport ->> 'teardown_minutes')::int, 0))
    returning * into made;
  exception when unique_violation then
    perform scheduling.refuse_taken('sport', 'name');
  end;
  perform scheduling.record_change(made.organization_id, 'sport.created', made.id, '{}', null, to_jsonb(made));
  return core.keep('sport.create', organization_id, idempotency_key, to_jsonb(made));
end;
$$;
comment on function scheduling.create_sport(uuid, jsonb, text) is 'See public.create_sport.';
grant execute on function scheduling.create_sport(uuid, jsonb, text) to authenticated, service_role;

create function scheduling.update_sport(sport_id uuid, changes jsonb, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  before public.sports := scheduling.require_sport(sport_id, 'schedules.manage');
  after public.sports;
begin
  perform core.refuse_unknown_keys(changes, array['name', 'game_minutes', 'setup_minutes', 'teardown_minutes']);
  perform core.lock_stream(sport_id, expected_version);
  before := scheduling.require_sport(sport_id, 'schedules.manage');
  after := jsonb_populate_record(before, changes);
  begin
    update public.sports s set name = btrim(after.name), game_minutes = after.game_minutes, setup_minutes = after.setup_minutes,
      teardown_minutes = after.teardown_minutes, version = s.version + 1, updated_at = now()
    where s.id = before.id returning s.* into after;
  exception when unique_violation then
    perform scheduling.refuse_taken('sport', 'name');
  end;
  perform scheduling.record_change(after.organization_id, 'sport.updated', after.id, '{}', to_jsonb(before), to_jsonb(after));
  return to_jsonb(after);
end;
$$;
comment on function scheduling.update_sport(uuid, jsonb, bigint) is 'See public.update_sport.';
grant execute on function scheduling.update_sport(uuid, jsonb, bigint) to authenticated, service_role;

create function scheduling.delete_sport(sport_id uuid, expected_version bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  sport public.sports := scheduling.require_sport(sport_id, 'schedules.manage');
  used jsonb;
begin
  perform core.lock_stream(sport_id, expected_version);
  sport := scheduling.require_sport(sport_id, 'schedules.manage');
  -- Waits for who adds a season or a team right now, and keeps others from it.
  perform from public.sports s where s.id = sport.id for update;
  select jsonb_build_object('seasons', (select count(*) from public.seasons x where x.sport_id = sport.id),
    'teams', (select count(*) from public.teams x where x.sport_id = sport.id)) into used;
  if used <> '{"seasons": 0, "teams": 0}' then
    perform core.raise_error(409, 'in_use', 'This sport has seasons or teams: delete them first.', used);
  end if;
  delete from public.sports s where s.id = sport.id;
  perform scheduling.record_change(sport.organization_id, 'sport.deleted', sport.id, '{}', to_jsonb(sport), null);
end;
$$;
comment on function scheduling.delete_sport(uuid, bigint) is 'See public.delete_sport.';
grant execute on function scheduling.delete_sport(uuid, bigint) to authenticated, service_role;

-- seasons ------------------------------------------------------------------------------------------------------------

create function scheduling.require_season(season_id uuid, permission text) returns public.seasons
language plpgsql stable
set search_path = ''
as $$
declare
  season public.seasons;
begin
  select s.* into season from public.seasons s where s.id = season_id;
  if season.id is null or not core.is_member_or_service(season.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such season.');
  end if;
  perform core.require(season.organization_id, permission);
  return season;
end;
$$;
comment on function scheduling.require_season(uuid, text) is 'The season, if the caller has the permission. PT404 for who is no member, PT403.';

create function scheduling.require_days_of_season(season public.seasons) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  -- Each year that is played in is a partition of everyone's games.
  if season.starts_on < date '1970-01-01' or season.ends_on > current_date + 7305 then
    perform core.raise_error(422, 'invalid_input', 'A season is between 1970 and twenty years from now.',
      jsonb_build_object('field', case when season.starts_on < date '1970-01-01' then 'starts_on' else 'ends_on' end));
  elsif season.ends_on < season.starts_on or season.ends_on - season.starts_on > 730 then
    perform core.raise_error(422, 'invalid_input', 'A season ends after it starts, within two years.', '{"field": "ends_on"}');
  end if;
end;
$$;
comment on function scheduling.require_days_of_season(public.seasons) is 'PT422 unless it ends after it starts, within two years, not before 1970 or more than twenty years ahead.';

-- Here and not when the first game of a year is put: that command already holds locks on games, and two of them would wait for each other.
create function scheduling.ensure_years_of(season public.seasons) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if (select count(*) from generate_series(extract(year from season.starts_on)::integer, extract(year from season.ends_on)::integer) y
      where to_regclass(format('scheduling.games_%s', y)) is null) > 0 then
    perform pg_advisory_xact_lock(hashtextextended('scheduling.games', 0));
    perform scheduling.ensure_years(extract(year from season.starts_on)::integer, extract(year from season.ends_on)::integer);
  end if;
end;
$$;
comment on function scheduling.ensure_years_of(public.seasons) is
  'Makes the partitions of games of the years of a season, where they are missing: its games are within its days, so the default one stays empty.';

create function scheduling.keep_season(season_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform from public.seasons s where s.id = season_id for key share;
  if not found then
    perform core.raise_error(404, 'not_found', 'There is no such season.');
  end if;
end;
$$;
comment on function scheduling.keep_season(uuid) is 'Keeps others from deleting it until this transaction is over. PT404 where it is gone already.';

create function scheduling.create_season(sport_id uuid, season jsonb, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  sport public.sports := scheduling.require_sport(sport_id, 'schedules.manage');
  made public.seasons;
  answer jsonb;
begin
  perform core.refuse_unknown_keys(season, array['name', 'starts_on', 'ends_on']);
  answer := core.recall('season.create', sport.organization_id, idempotency_key, jsonb_build_array(sport_id, season));
  if answer is not null then
    return answer;
  end if;
  perform scheduling.require_fields(season, array['name', 'starts_on', 'ends_on']);
  perform scheduling.keep_sport(sport.id);
  made := jsonb_populate_record(made, season);
  perform scheduling.require_days_of_season(made);
  perform scheduling.ensure_years_of(made);
  begin
    insert into public.seasons (organization_id, sport_id, name, starts_on, ends_on)
    values (sport.organization_id, sport.id, btrim(made.name), made.starts_on, made.ends_on)
    returning * into made;
  exception when unique_violation then
    perform scheduling.refuse_taken('season', 'name');
  end;
  perform scheduling.record_change(made.organization_id, 'season.created', made.id, jsonb_build_object('sport_id', made.sport_id),
    null, to_jsonb(made));
  return core.keep('season.create', made.organization_id, idempotency_key, to_jsonb(made));
end;
$$;
comment on function scheduling.create_season(uuid, jsonb, text) is 'See public.create_season.';
grant execute on function scheduling.create_season(uuid, jsonb, text) to authenticated, service_role;

create function scheduling.first_day_outside(season public.seasons) returns date
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select min(d.plays_on) from (
      select r.plays_on from public.schedules s join public.schedule_rounds r on r.schedule_id = s.id
      where s.organization_id = season.organization_id and s.season_id = season.id
      union all
      select g.plays_on from public.schedules s join public.games g on g.schedule_id = s.id
      where s.organization_id = season.organization_id and s.season_id = season.id
      union all
      select w.plays_on from public.tv_windows w
      where w.organization_id = season.organization_id and w.season_id = season.id) d
    where d.plays_on not between season.starts_on and season.ends_on);
end;
$$;
comment on function scheduling.first_day_outside(public.seasons) is 'The first day of a round, game or TV window that is not within the season''s days.';

create function scheduling.update_season(season_id uuid, changes jsonb, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  before public.seasons := scheduling.require_season(season_id, 'schedules.manage');
  after public.seasons;
  outside date;
begin
  perform core.refuse_unknown_keys(changes, array['name', 'starts_on', 'ends_on']);
  perform core.lock_stream(season_id, expected_version);
  before := scheduling.require_season(season_id, 'schedules.manage');
  after := jsonb_populate_record(before, changes);
  perform scheduling.require_days_of_season(after);
  perform scheduling.ensure_years_of(after);
  -- Who plans a round or a window holds a key-share of the season (scheduling.keep_season) until that is done.
  perform from public.seasons s where s.id = before.id for update;
  outside := scheduling.first_day_outside(after);
  if outside is not null then
    perform core.raise_error(409, 'in_use', 'Something of this season is outside of these days.', jsonb_build_object('plays_on', outside));
  end if;
  begin
    update public.seasons s set name = btrim(after.name), starts_on = after.starts_on, ends_on = after.ends_on,
      version = s.version + 1, updated_at = now()
    where s.id = before.id returning s.* into after;
  exception when unique_violation then
    perform scheduling.refuse_taken('season', 'name');
  end;
  perform scheduling.record_change(after.organization_id, 'season.updated', after.id, jsonb_build_object('sport_id', after.sport_id),
    to_jsonb(before), to_jsonb(after));
  return to_jsonb(after);
end;
$$;
comment on function scheduling.update_season(uuid, jsonb, bigint) is 'See public.update_season.';
grant execute on function scheduling.update_season(uuid, jsonb, bigint) to authenticated, service_role;

create function scheduling.delete_season(season_id uuid, expected_version bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  season public.seasons := scheduling.require_season(season_id, 'schedules.manage');
  schedules int;
begin
  perform core.lock_stream(season_id, expected_version);
  season := scheduling.require_season(season_id, 'schedules.manage');
  perform from public.seasons s where s.id = season.id for update;
  select count(*) into schedules from public.schedules s where s.organization_id = season.organization_id and s.season_id = season.id;
  if schedules > 0 then
    perform core.raise_error(409, 'in_use', 'This season has schedules: delete them first.', jsonb_build_object('schedules', schedules));
  end if;
  delete from public.seasons s where s.id = season.id;
  perform scheduling.record_change(season.organization_id, 'season.deleted', season.id, jsonb_build_object('sport_id', season.sport_id),
    to_jsonb(season), null);
end;
$$;
comment on function scheduling.delete_season(uuid, bigint) is 'See public.delete_season.';
grant execute on function scheduling.delete_season(uuid, bigint) to authenticated, service_role;
