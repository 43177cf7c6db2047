-- Scheduling, commands on games: add, change, swap, postpone, reinstate, cancel, record results, remove; put a draft's at once.
--
-- The lock is the schedule's: whoever changes a game holds the head of its schedule's stream, so that games of one schedule
-- change one after the other. A game has a version of its own, which is its ETag.

create type scheduling.locked_game as (schedule public.schedules, game public.games);
comment on type scheduling.locked_game is 'A game, and its schedule under lock.';

create function scheduling.game_document(game public.games) returns jsonb
language plpgsql stable
set search_path = ''
as $$ begin return to_jsonb(game) - 'previous_status'; end $$;
comment on function scheduling.game_document(public.games) is 'A game as commands answer it.';

create function scheduling.game_data(game public.games) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('schedule_id', game.schedule_id, 'status', game.status, 'published', game.published, 'round', game.round,
    'plays_on', game.plays_on, 'starts_at', game.starts_at, 'ends_at', game.ends_at, 'venue_id', game.venue_id,
    'home_team_id', game.home_team_id, 'away_team_id', game.away_team_id);
end;
$$;
comment on function scheduling.game_data(public.games) is 'The data that every event of a game carries.';

create function scheduling.find_game(game_id uuid) returns public.games
language plpgsql volatile
set search_path = ''
as $$
declare
  game public.games;
begin
  select g.* into game from public.games g where g.id = game_id;
  if game.id is null or not core.is_member_or_service(game.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such game.');
  end if;
  return game;
end;
$$;
comment on function scheduling.find_game(uuid) is 'A game of an organization that the caller belongs to; PT404 for everyone else.';

create function scheduling.lock_games_of(schedule_id uuid, expected_version bigint) returns public.schedules
language plpgsql volatile
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.lock_schedule(schedule_id, expected_version);
begin
  if schedule.status = 'published' then
    perform core.require(schedule.organization_id, 'schedules.publish');
  end if;
  return schedule;
end;
$$;
comment on function scheduling.lock_games_of(uuid, bigint) is
  'The schedule, locked, for a change of its games, which needs schedules.publish once they are published.';

create function scheduling.lock_game(game_id uuid, expected_version bigint) returns scheduling.locked_game
language plpgsql volatile
set search_path = ''
as $$
declare
  target scheduling.locked_game;
begin
  target.game := scheduling.find_game(game_id);
  perform scheduling.require_schedule((target.game).schedule_id, 'schedules.manage');
  target.schedule := scheduling.lock_games_of((target.game).schedule_id, null);
  target.game := scheduling.find_game(game_id);
  if (target.game).version <> expected_version then
    perform core.raise_error(409, 'version_conflict', 'Someone else changed this in the meantime. Read it again.',
      jsonb_build_object('expected', expected_version, 'actual', (target.game).version));
  end if;
  return target;
end;
$$;
comment on function scheduling.lock_game(uuid, bigint) is 'A game to be changed, as its caller had seen it. PT404, PT403, PT409 version_conflict.';

create function scheduling.record_game(schedule public.schedules, before public.games, after public.games, type text) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
declare
  moved constant jsonb := case when type = 'game.moved' then jsonb_build_object('previous', jsonb_build_object(
    'round', before.round, 'plays_on', before.plays_on, 'starts_at', before.starts_at, 'venue_id', before.venue_id,
    'home_team_id', before.home_team_id)) else '{}' end;
begin
  perform core.append_event(schedule.organization_id, 'game', coalesce(after.id, before.id), type,
    scheduling.game_data(case when after.id is null then before else after end) || moved);
  perform core.audit(schedule.organization_id, type, 'game', coalesce(after.id, before.id),
    case when before.id is not null then to_jsonb(before) end, case when after.id is not null then to_jsonb(after) end);
  perform scheduling.record_schedule(schedule, 'schedule.games_changed', '{"games": 1}', to_jsonb(schedule));
  return scheduling.game_document(after);
end;
$$;
comment on function scheduling.record_game(public.schedules, public.games, public.games, text) is
  'The events and audit rows of a change of one game; returns its document.';

create function scheduling.write_game(schedule public.schedules, before public.games, after public.games) returns public.games
language plpgsql volatile
set search_path = ''
as $$
begin
  perform scheduling.hold_places(array[after]);
  perform scheduling.settle_claims(schedule, before, after);
  if before.id is null then
    insert into public.games select after.*;
    return after;
  end if;
  update public.games g set
    round = after.round, plays_on = after.plays_on, starts_at = after.starts_at, ends_at = after.ends_at, venue_id = after.venue_id,
    home_team_id = after.home_team_id, away_team_id = after.away_team_id, neutral = after.neutral, tv_window_id = after.tv_window_id,
    status = after.status, attendance = after.attendance, home_score = after.home_score, away_score = after.away_score, note = after.note,
    version = before.version + 1, updated_at = now()
  where g.id = before.id and g.plays_on = before.plays_on
  returning g.* into strict after;
  return after;
end;
$$;
comment on function scheduling.write_game(public.schedules, public.games, public.games) is 'Writes a game with its claims. The schedule is locked.';

create function scheduling.refuse_game_fields(games jsonb) returns void
language plpgsql immutable
set search_path = ''
as $$
declare
  allowed constant text[] := array['id', 'home_team_id', 'away_team_id', 'round', 'plays_on', 'starts_at', 'starts', 'ends_at', 'venue_id',
    'neutral', 'tv_window_id', 'note'];
  item jsonb;
begin
  for item in select e from jsonb_array_elements(games) e where jsonb_typeof(e) <> 'object' or e - allowed <> '{}' limit 1 loop
    perform core.refuse_unknown_keys(item, allowed);
  end loop;
end;
$$;
comment on function scheduling.refuse_game_fields(jsonb) is 'PT422 invalid_input for what a caller cannot say of games.';

create function scheduling.stage_game(schedule public.schedules, game jsonb) returns public.games
language plpgsql stable
set search_path = ''
as $$
declare
  staged scheduling.staged[];
begin
  staged := array(select s from scheduling.stage_games(schedule, jsonb_build_array(game)) s);
  if staged[1].field is not null then
    perform core.raise_error(422, 'invalid_input', format('%s %s.', staged[1].field, staged[1].message), jsonb_build_object('field', staged[1].field));
  end if;
  return staged[1].game;
end;
$$;
comment on function scheduling.stage_game(public.schedules, jsonb) is 'One game as it is to be. PT422 invalid_input {field}.';

create function scheduling.add_game(schedule_id uuid, game jsonb, expected_version bigint, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  added public.games;
  answer jsonb;
begin
  answer := core.recall('game.add', schedule.organization_id, idempotency_key, jsonb_build_array(schedule_id, game, expected_version));
  if answer is not null then
    return answer;
  end if;
  perform core.refuse_unknown_keys(game, null);
  perform scheduling.refuse_game_fields(jsonb_build_array(game - 'id'));
  schedule := scheduling.lock_games_of(schedule_id, expected_version);
  added := scheduling.write_game(schedule, null, scheduling.stage_game(schedule, game - 'id'));
  return core.keep('game.add', schedule.organization_id, idempotency_key, scheduling.record_game(schedule, null, added, 'game.added'));
end;
$$;
comment on function scheduling.add_game(uuid, jsonb, bigint, text) is 'See public.add_game.';
grant execute on function scheduling.add_game(uuid, jsonb, bigint, text) to authenticated, service_role;

create function scheduling.put_games(schedule_id uuid, games jsonb, keep_others boolean, expected_version bigint, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  changed integer;
  answer jsonb;
begin
  answer := core.recall('game.put', schedule.organization_id, idempotency_key, jsonb_build_array(schedule_id, games, keep_others, expected_version));
  if answer is not null then
    return answer;
  end if;
  perform core.require_array(games, 'games', 20000);
  perform scheduling.refuse_game_fields(games);
  schedule := scheduling.lock_games_of(schedule_id, expected_version);
  changed := scheduling.place_games(schedule, games, case when keep_others then '{}' else array['scheduled'] end, republishing => true);
  answer := scheduling.schedule_document(schedule);
  if changed > 0 then
    answer := scheduling.record_schedule(schedule, 'schedule.games_changed', jsonb_build_object('games', changed), to_jsonb(schedule));
  end if;
  return core.keep('game.put', schedule.organization_id, idempotency_key, answer || jsonb_build_object('changed', changed));
end;
$$;
comment on function scheduling.put_games(uuid, jsonb, boolean, bigint, text) is 'See public.put_games.';
grant execute on function scheduling.put_games(uuid, jsonb, boolean, bigint, text) to authenticated, service_role;

create function scheduling.update_game(game_id uuid, changes jsonb, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  target scheduling.locked_game := scheduling.lock_game(game_id, expected_version);
  before constant public.games := (target).game;
  after public.games;
begin
  if before.status in ('played', 'cancelled') and changes - 'note' <> '{}' then
    perform core.raise_error(409, 'game_closed', 'A game that is played or cancelled stays as it is: a cancelled one can be reinstated.',
      jsonb_build_object('game_status', before.status));
  end if;
  perform scheduling.refuse_game_fields(jsonb_build_array(changes));
  after := scheduling.stage_game((target).schedule, changes || jsonb_build_object('id', before.id));
  after := scheduling.write_game((target).schedule, before, after);
  return scheduling.record_game((target).schedule, before, after, case
    when (before.round, before.plays_on, before.starts_at, before.venue_id, before.home_team_id)
      is distinct from (after.round, after.plays_on, after.starts_at, after.venue_id, after.home_team_id) then 'game.moved'
    else 'game.changed' end);
end;
$$;
comment on function scheduling.update_game(uuid, jsonb, bigint) is 'See public.update_game.';
grant execute on function scheduling.update_game(uuid, jsonb, bigint) to authenticated, service_role;

create function scheduling.swap_game(game_id uuid, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  game public.games := scheduling.find_game(game_id);
begin
  return scheduling.update_game(game_id,
    jsonb_build_object('home_team_id', game.away_team_id, 'away_team_id', game.home_team_id), coalesce(expected_version, game.version));
end;
$$;
comment on function scheduling.swap_game(uuid, bigint) is 'See public.swap_game.';
grant execute on function scheduling.swap_game(uuid, bigint) to authenticated, service_role;

create function scheduling.require_transition(game public.games, status text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if not scheduling.may_become(game.status, status) then
    perform core.raise_error(409, 'invalid_transition', format('The game is %s: it cannot become %s.', game.status, status),
      jsonb_build_object('from', game.status, 'to', status));
  end if;
end;
$$;
comment on function scheduling.require_transition(public.games, text) is 'PT409 invalid_transition {from, to}, before the constraint says so.';

create function scheduling.call_off(game_id uuid, status text, note text, expected_version bigint) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
declare
  target scheduling.locked_game := scheduling.lock_game(game_id, expected_version);
  after public.games := (target).game;
begin
  if after.status = call_off.status then
    return scheduling.game_document(after);
  end if;
  perform scheduling.require_transition(after, call_off.status);
  if length(call_off.note) > 1000 then
    perform core.raise_error(422, 'invalid_input', 'A note has at most 1,000 characters.', '{"field": "note"}');
  end if;
  after.status := call_off.status;
  after.note := coalesce(call_off.note, after.note);
  after := scheduling.write_game((target).schedule, (target).game, after);
  return scheduling.record_game((target).schedule, (target).game, after,
    case call_off.status when 'postponed' then 'game.postponed' else 'game.cancelled' end);
end;
$$;
comment on function scheduling.call_off(uuid, text, text, bigint) is 'Postpones or cancels a game; twice is once.';

create function scheduling.postpone_game(game_id uuid, note text, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$ begin return scheduling.call_off(game_id, 'postponed', note, expected_version); end $$;
comment on function scheduling.postpone_game(uuid, text, bigint) is 'See public.postpone_game.';
grant execute on function scheduling.postpone_game(uuid, text, bigint) to authenticated, service_role;

create function scheduling.cancel_game(game_id uuid, note text, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$ begin return scheduling.call_off(game_id, 'cancelled', note, expected_version); end $$;
comment on function scheduling.cancel_game(uuid, text, bigint) is 'See public.cancel_game.';
grant execute on function scheduling.cancel_game(uuid, text, bigint) to authenticated, service_role;

create function scheduling.reinstate_game(game_id uuid, changes jsonb, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  target scheduling.locked_game := scheduling.lock_game(game_id, expected_version);
  after public.games;
begin
  if ((target).game).status = 'scheduled' then
    perform core.raise_error(409, 'invalid_transition', 'The game is not off.', '{"from": "scheduled", "to": "scheduled"}');
  end if;
  perform scheduling.require_transition((target).game, 'scheduled');
  perform scheduling.refuse_game_fields(jsonb_build_array(coalesce(changes, '{}')));
  after := scheduling.stage_game((target).schedule, coalesce(changes, '{}') || jsonb_build_object('id', game_id, 'status', 'scheduled'));
  after := scheduling.write_game((target).schedule, (target).game, after);
  return scheduling.record_game((target).schedule, (target).game, after, 'game.reinstated');
end;
$$;
comment on function scheduling.reinstate_game(uuid, jsonb, bigint) is 'See public.reinstate_game.';
grant execute on function scheduling.reinstate_game(uuid, jsonb, bigint) to authenticated, service_role;

create function scheduling.record_result(game_id uuid, home_score integer, away_score integer, attendance integer, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  target scheduling.locked_game := scheduling.lock_game(game_id, expected_version);
  after public.games := (target).game;
begin
  perform scheduling.require_transition(after, 'played');
  if home_score < 0 or away_score < 0 or attendance < 0 then
    perform core.raise_error(422, 'invalid_input', 'Scores and attendance are counted from 0.',
      jsonb_build_object('field', case when home_score < 0 then 'home_score' when away_score < 0 then 'away_score' else 'attendance' end));
  end if;
  after.status := 'played';
  after.home_score := coalesce(record_result.home_score, after.home_score);
  after.away_score := coalesce(record_result.away_score, after.away_score);
  after.attendance := coalesce(record_result.attendance, after.attendance);
  after := scheduling.write_game((target).schedule, (target).game, after);
  return scheduling.record_game((target).schedule, (target).game, after, 'game.played');
end;
$$;
comment on function scheduling.record_result(uuid, integer, integer, integer, bigint) is 'See public.record_result.';
grant execute on function scheduling.record_result(uuid, integer, integer, integer, bigint) to authenticated, service_role;

create function scheduling.remove_game(game_id uuid, expected_version bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  target scheduling.locked_game := scheduling.lock_game(game_id, expected_version);
begin
  if ((target).game).published then
    perform core.raise_error(409, 'schedule_published', 'A published game is not removed but cancelled.');
  elsif ((target).game).status = 'played' then
    perform core.raise_error(409, 'game_closed', 'A game that is played stays.', '{"game_status": "played"}');
  end if;
  delete from public.games g where g.id = game_id and g.plays_on = ((target).game).plays_on;
  perform scheduling.record_game((target).schedule, (target).game, null, 'game.removed');
end;
$$;
comment on function scheduling.remove_game(uuid, bigint) is 'See public.remove_game.';
grant execute on function scheduling.remove_game(uuid, bigint) to authenticated, service_role;
