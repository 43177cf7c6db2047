-- Scheduling, attendance: the games that a model learns from and those it is asked of; training, in slices, by the queue.

create function scheduling.played_games(sport_id uuid, before_day date, before_id uuid, page_size integer) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  sport public.sports := scheduling.require_sport(sport_id, 'schedules.read');
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_array(p.id, p.season_id, p.plays_on, p.minute, p.home_team_id, p.away_team_id, p.venue_id,
      p.neutral, p.attendance, p.home_score, p.away_score) order by p.plays_on desc, p.id desc), '[]')
    from (
      select g.*, s.season_id, extract(epoch from (g.starts_at at time zone r.time_zone)::time)::integer / 60 as minute
      from public.games g
      join public.schedules s on s.id = g.schedule_id
      join public.seasons n on n.id = s.season_id and n.sport_id = sport.id
      left join public.resources r on r.id = coalesce(g.venue_id, g.home_team_id)
      where g.organization_id = sport.organization_id and g.status = 'played'
        and (before_day is null or (g.plays_on, g.id) < (before_day, before_id)) and g.plays_on <= coalesce(before_day, 'infinity')
      order by g.plays_on desc, g.id desc
      limit least(greatest(page_size, 1), 5000)
    ) p);
end;
$$;
comment on function scheduling.played_games(uuid, date, uuid, integer) is 'See public.played_games.';
grant execute on function scheduling.played_games(uuid, date, uuid, integer) to authenticated, service_role;

create function scheduling.sides_of(sport public.sports) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'organization_id', sport.organization_id,
    'sport_id', sport.id,
    'seasons', (
      select coalesce(jsonb_agg(n.id order by n.starts_on, n.id), '[]') from public.seasons n where n.sport_id = sport.id),
    'teams', (
      select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'division', t.division, 'latitude', l.latitude, 'longitude', l.longitude)
        order by t.id), '[]')
      from public.teams t
      left join public.resources r on r.id = t.venue_id
      left join public.locations l on l.id = r.location_id
      where t.organization_id = sport.organization_id and t.sport_id = sport.id),
    'venues', (
      select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'spectators', v.spectators) order by v.id), '[]')
      from public.venues v where v.organization_id = sport.organization_id));
end;
$$;
comment on function scheduling.sides_of(public.sports) is
  'What games of a sport are read with: its seasons in order, its teams with division and place, the venues and how many each holds.';

create function scheduling.model_document(sport_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('number', m.number, 'method', m.method, 'trained_at', m.trained_at, 'training_size', m.training_size,
      'model', m.model, 'evaluation', m.evaluation, 'training', m.requested_at is not null)
    from scheduling.attendance_models m where m.sport_id = model_document.sport_id);
end;
$$;
comment on function scheduling.model_document(uuid) is 'What is kept of a sport''s model; null: none was ever asked for.';

create function scheduling.asked_schedules(schedule_id uuid, game_ids uuid[]) returns public.schedules[]
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  asked public.schedules[];
  found integer;
begin
  if (schedule_id is null) = (game_ids is null) or cardinality(game_ids) not between 1 and 2000
    or exists (select from unnest(game_ids) i where i is null) then
    perform core.raise_error(422, 'invalid_input', 'Name a schedule, or 1 to 2,000 games.', '{"field": "game_ids"}');
  elsif schedule_id is not null then
    return array[scheduling.require_schedule(schedule_id, 'schedules.read')];
  end if;
  asked := array(
    select s from public.schedules s
    where s.id in (select g.schedule_id from public.games g where g.id = any (game_ids)) and core.is_member_or_service(s.organization_id)
    order by s.id);
  select count(*) into found from public.games g join unnest(asked) s on s.id = g.schedule_id where g.id = any (game_ids);
  if found <> (select count(distinct i) from unnest(game_ids) i) then
    perform core.raise_error(404, 'not_found', 'There is no such game.');
  end if;
  perform core.require(o.organization_id, 'schedules.read') from (select distinct a.organization_id from unnest(asked) a) o;
  if (select count(distinct n.sport_id) from unnest(asked) a join public.seasons n on n.id = a.season_id) > 1 then
    perform core.raise_error(422, 'invalid_input', 'The games are of several sports: ask for one at a time.', '{"field": "game_ids"}');
  end if;
  return asked;
end;
$$;
comment on function scheduling.asked_schedules(uuid, uuid[]) is
  'The schedules that are asked about, by id or by their games, if the caller may read them. PT404 where one is not theirs to know of.';

create function scheduling.attendance_question(schedule_id uuid, game_ids uuid[]) returns jsonb
language plpgsql stable security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  asked public.schedules[] := scheduling.asked_schedules(schedule_id, game_ids);
  sport public.sports;
begin
  if game_ids is null and (
    select count(*) from public.games g where g.schedule_id = asked[1].id and g.status in ('scheduled', 'postponed')) > 2000 then
    perform core.raise_error(422, 'invalid_input', 'That schedule has more than 2,000 games to come: name games of it.', '{"field": "schedule_id"}');
  end if;
  perform scheduling.require_few_games(a.id) from unnest(asked) a;
  select p.* into strict sport from public.seasons n join public.sports p on p.id = n.sport_id where n.id = asked[1].season_id;
  return scheduling.sides_of(sport) || jsonb_build_object(
    'stored', scheduling.model_document(sport.id),
    'games', (
      select coalesce(jsonb_agg(jsonb_build_array(g.id, s.season_id, g.plays_on,
        extract(epoch from (g.starts_at at time zone r.time_zone)::time)::integer / 60, g.home_team_id, g.away_team_id, g.venue_id, g.neutral,
        game_ids is null or g.id = any (game_ids)) order by g.plays_on, g.id), '[]')
      from unnest(asked) s
      join public.games g on g.schedule_id = s.id
      left join public.resources r on r.id = coalesce(g.venue_id, g.home_team_id)
      where g.status in ('scheduled', 'postponed')));
end;
$$;
comment on function scheduling.attendance_question(uuid, uuid[]) is 'See public.attendance_question.';
grant execute on function scheduling.attendance_question(uuid, uuid[]) to authenticated, service_role;

create function scheduling.train_attendance(sport_id uuid, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  sport public.sports := scheduling.require_sport(sport_id, 'schedules.manage');
  answer jsonb;
  counted bigint;
  was_asked boolean;
begin
  answer := core.recall('attendance.train', sport.organization_id, idempotency_key, jsonb_build_array(sport_id));
  if answer is not null then
    return answer;
  end if;
  select count(*) into counted
  from public.games g
  join public.schedules s on s.id = g.schedule_id
  join public.seasons n on n.id = s.season_id and n.sport_id = sport.id
  where g.organization_id = sport.organization_id and g.status = 'played' and g.attendance > 0;
  if counted = 0 then
    perform core.raise_error(409, 'no_attendance_history', 'No game of this sport was played whose attendance was counted.',
      jsonb_build_object('sport_id', sport.id));
  end if;
  insert into scheduling.attendance_models (sport_id, organization_id) values (sport.id, sport.organization_id)
  on conflict on constraint attendance_models_pkey do nothing;
  select m.requested_at > now() - interval '15 minutes' into was_asked
  from scheduling.attendance_models m where m.sport_id = sport.id for update;
  if was_asked is distinct from true then
    update scheduling.attendance_models m set requested_at = now(), slice = 0, training = null where m.sport_id = sport.id;
    perform core.enqueue('scheduling', 'train_attendance', jsonb_build_object('sport_id', sport.id, 'organization_id', sport.organization_id));
    perform core.audit(sport.organization_id, 'attendance_model.requested', 'sport', sport.id, null, jsonb_build_object('games', counted));
  end if;
  answer := jsonb_build_object('sport_id', sport.id, 'status', 'queued', 'games', counted);
  return core.keep('attendance.train', sport.organization_id, idempotency_key, answer);
end;
$$;
comment on function scheduling.train_attendance(uuid, text) is 'See public.train_attendance.';
grant execute on function scheduling.train_attendance(uuid, text) to authenticated, service_role;

create function scheduling.attendance_training(sport_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  sport public.sports;
begin
  select s.* into sport
  from public.sports s join scheduling.attendance_models m on m.sport_id = s.id
  where s.id = attendance_training.sport_id and m.requested_at is not null;
  if sport.id is null then
    return null;
  end if;
  return scheduling.sides_of(sport) || (
    select jsonb_build_object('requested_at', m.requested_at, 'slice', m.slice, 'training', m.training)
    from scheduling.attendance_models m where m.sport_id = sport.id);
end;
$$;
comment on function scheduling.attendance_training(uuid) is 'See public.attendance_training.';
grant execute on function scheduling.attendance_training(uuid) to service_role;

create function scheduling.save_attendance_training(sport_id uuid, requested_at timestamptz, slice integer, training jsonb) returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  update scheduling.attendance_models m set training = save_attendance_training.training, slice = m.slice + 1
  where m.sport_id = save_attendance_training.sport_id and m.requested_at = save_attendance_training.requested_at
    and m.slice = save_attendance_training.slice;
  if found then
    perform core.enqueue('scheduling', 'train_attendance', jsonb_build_object('sport_id', sport_id));
  end if;
  return found;
end;
$$;
comment on function scheduling.save_attendance_training(uuid, timestamptz, integer, jsonb) is 'See public.save_attendance_training.';
grant execute on function scheduling.save_attendance_training(uuid, timestamptz, integer, jsonb) to service_role;

create function scheduling.finish_attendance_training(sport_id uuid, requested_at timestamptz, model jsonb, evaluation jsonb) returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  made scheduling.attendance_models;
begin
  update scheduling.attendance_models m
  set number = m.number + 1, method = finish_attendance_training.model ->> 'version', trained_at = now(),
    training_size = (finish_attendance_training.model #>> '{trained_on,games}')::integer,
    model = finish_attendance_training.model, evaluation = finish_attendance_training.evaluation, requested_at = null, training = null
  where m.sport_id = finish_attendance_training.sport_id and m.requested_at = finish_attendance_training.requested_at
  returning m.* into made;
  if made.id is null then
    return false;
  end if;
  perform core.append_event(made.organization_id, 'attendance_model', made.id, 'attendance_model.trained', jsonb_build_object(
    'sport_id', made.sport_id, 'model_version', made.method || '.' || made.number, 'training_size', made.training_size));
  perform core.audit(made.organization_id, 'attendance_model.trained', 'sport', made.sport_id, null,
    jsonb_build_object('model_version', made.method || '.' || made.number, 'training_size', made.training_size, 'evaluation', made.evaluation));
  return true;
end;
$$;
comment on function scheduling.finish_attendance_training(uuid, timestamptz, jsonb, jsonb) is 'See public.finish_attendance_training.';
grant execute on function scheduling.finish_attendance_training(uuid, timestamptz, jsonb, jsonb) to service_role;
