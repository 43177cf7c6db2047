-- Scheduling, versions: the games of a schedule as they once stood, what is different between two, and back again.

-- In one zone, so that equal instants are equal texts whoever asks.
create function scheduling.games_of(rows_of_games public.games[]) returns jsonb
language plpgsql stable
set search_path = ''
set timezone = 'UTC'
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(g) - array[
      'organization_id', 'schedule_id', 'previous_status', 'published', 'version', 'created_at', 'updated_at'] order by g.plays_on, g.id), '[]')
    from unnest(rows_of_games) g);
end;
$$;
comment on function scheduling.games_of(public.games[]) is 'Games as a version keeps them: what scheduling.place_games takes.';

create function scheduling.games_now(schedule_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  perform scheduling.require_few_games(schedule_id);
  return scheduling.games_of(array(select g from public.games g where g.schedule_id = games_now.schedule_id));
end;
$$;
comment on function scheduling.games_now(uuid) is 'The games of a schedule as they stand. PT422 too_many_games.';

create function scheduling.add_version(schedule public.schedules, note text, run_id uuid, games jsonb) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  new_number integer;
begin
  if length(note) > 1000 then
    perform core.raise_error(422, 'invalid_input', 'A note has at most 1,000 characters.', '{"field": "note"}');
  end if;
  update public.schedules s set latest_version = s.latest_version + 1 where s.id = schedule.id returning s.latest_version into new_number;
  insert into public.schedule_versions (schedule_id, number, organization_id, games, note, run_id, created_by)
  values (schedule.id, new_number, schedule.organization_id, games, note, run_id, (select p.id from public.profiles p where p.id = auth.uid()));
  return new_number;
end;
$$;
comment on function scheduling.add_version(public.schedules, text, uuid, jsonb) is 'Adds a version with these games, as scheduling.games_of tells them.';

create function scheduling.keep_version(schedule public.schedules, note text, run_id uuid default null, games jsonb default null) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  staged scheduling.staged[];
begin
  if games is not null then
    perform core.require_array(games, 'games', 20000);
    staged := array(select s from scheduling.stage_games(schedule, games) s);
    perform scheduling.refuse_faults(staged);
    games := scheduling.games_of(array(select s.game from unnest(staged) s));
  end if;
  return scheduling.add_version(schedule, note, run_id, coalesce(games, scheduling.games_now(schedule.id)));
end;
$$;
comment on function scheduling.keep_version(public.schedules, text, uuid, jsonb) is
  'Keeps the games of a schedule, or those given (as place_games takes them) without placing them, as its next version and '
  'returns its number. The caller has locked the schedule and records the change.';

create function scheduling.keep_unkept(schedule public.schedules, note text) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  games jsonb := scheduling.games_now(schedule.id);
  kept jsonb := (select v.games from public.schedule_versions v where v.schedule_id = schedule.id order by v.number desc limit 1);
begin
  if games = '[]' or games = kept then
    return null;
  end if;
  return scheduling.add_version(schedule, note, null, games);
end;
$$;
comment on function scheduling.keep_unkept(public.schedules, text) is
  'Keeps what stands as a version, unless it is the newest one already, before something else takes its place; returns its number, if any.';
