-- Scheduling, publication: a draft's games take their time of the calendar, all of them or none, and give it back.

create function scheduling.refuse_conflicts(conflicts jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  most constant integer := 500;
begin
  if conflicts <> '[]' then
    perform core.raise_error(409, 'cannot_publish', 'Something is in the way of games: nothing was published or changed.',
      jsonb_build_object('conflicts', jsonb_path_query_array(conflicts, '$[0 to $most]', jsonb_build_object('most', most - 1)),
        'total', jsonb_array_length(conflicts)));
  end if;
end;
$$;
comment on function scheduling.refuse_conflicts(jsonb) is 'PT409 cannot_publish {conflicts, total}: at most 500 of them are told.';

create function scheduling.claim_schedule(schedule public.schedules) returns integer
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  games public.games[];
  game_ids uuid[];
  wanted calendar.wanted[];
  failed calendar.wanted[];
  obstacles calendar.obstacle[];
begin
  perform scheduling.require_few_games(schedule.id);
  games := array(select g from public.games g where g.schedule_id = schedule.id);
  game_ids := array(select g.id from unnest(games) g where g.status <> 'played');
  wanted := scheduling.wanted_of(schedule, games);
  perform calendar.join_bookings(schedule.organization_id);
  perform calendar.clear_expired(
    array(select distinct w.resource_id from unnest(wanted) w),
    (select range_merge(range_agg(w.during)) from unnest(wanted) w));
  failed := case when schedule.status = 'published' then calendar.move_all(wanted, game_ids, 'game', schedule.id)
    else calendar.claim_all(wanted, 'game') end;
  obstacles := array(select o from scheduling.obstacles_of(wanted, failed) o);
  perform scheduling.refuse_conflicts(scheduling.unplaceable(games) || scheduling.conflict_documents(obstacles, game_ids));
  return cardinality(game_ids);
end;
$$;
comment on function scheduling.claim_schedule(public.schedules) is
  'Makes the claims of a schedule''s games what they want now, whole or not at all; returns how many games are not over. PT409 cannot_publish, PT422 too_many_games.';

create function scheduling.publish_schedule(schedule_id uuid, expected_version bigint, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.publish');
  before jsonb;
  games integer;
  number integer;
  answer jsonb;
begin
  answer := core.recall('schedule.publish', schedule.organization_id, idempotency_key, jsonb_build_array(schedule_id, expected_version));
  if answer is not null then
    return answer;
  end if;
  schedule := scheduling.lock_schedule(schedule_id, expected_version);
  if schedule.status = 'published' then
    perform core.raise_error(409, 'schedule_published', 'The schedule is published already.');
  end if;
  before := to_jsonb(schedule);
  perform scheduling.claim_schedule(schedule);
  update public.games g set published = true, version = g.version + 1, updated_at = now() where g.schedule_id = schedule.id;
  get diagnostics games = row_count;
  if games = 0 then
    perform scheduling.refuse_conflicts('[{"kind": "no_games"}]');
  end if;
  update public.schedules s set status = 'published', published_at = now() where s.id = schedule.id returning s.* into schedule;
  number := scheduling.keep_version(schedule, 'Published');
  answer := scheduling.record_schedule(schedule, 'schedule.published', jsonb_build_object('games', games, 'number', number), before);
  return core.keep('schedule.publish', schedule.organization_id, idempotency_key, answer);
end;
$$;
comment on function scheduling.publish_schedule(uuid, bigint, text) is 'See public.publish_schedule.';
grant execute on function scheduling.publish_schedule(uuid, bigint, text) to authenticated, service_role;

create function scheduling.release_schedule(schedule public.schedules) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  games integer;
begin
  perform calendar.join_bookings(schedule.organization_id);
  perform calendar.release_all(array(select g.id from public.games g where g.schedule_id = schedule.id));
  update public.games g set published = false, version = g.version + 1, updated_at = now() where g.schedule_id = schedule.id and g.published;
  get diagnostics games = row_count;
  return games;
end;
$$;
comment on function scheduling.release_schedule(public.schedules) is
  'Gives back all time of a schedule''s games, which are published no more; returns how many there are. The caller changes the schedule.';

create function scheduling.unpublish_schedule(schedule_id uuid, expected_version bigint, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.publish');
  before jsonb;
  games integer;
  answer jsonb;
begin
  answer := core.recall('schedule.unpublish', schedule.organization_id, idempotency_key, jsonb_build_array(schedule_id, expected_version));
  if answer is not null then
    return answer;
  end if;
  schedule := scheduling.lock_schedule(schedule_id, expected_version);
  if schedule.status <> 'published' then
    perform core.raise_error(409, 'schedule_not_published', 'The schedule is not published.');
  end if;
  before := to_jsonb(schedule);
  games := scheduling.release_schedule(schedule);
  update public.schedules s set status = 'draft', published_at = null where s.id = schedule.id returning s.* into schedule;
  answer := scheduling.record_schedule(schedule, 'schedule.unpublished', jsonb_build_object('games', games), before);
  return core.keep('schedule.unpublish', schedule.organization_id, idempotency_key, answer);
end;
$$;
comment on function scheduling.unpublish_schedule(uuid, bigint, text) is 'See public.unpublish_schedule.';
grant execute on function scheduling.unpublish_schedule(uuid, bigint, text) to authenticated, service_role;

-- The claims are tried and given back at once: what is told is what the constraint would say.
create function scheduling.check_publication(schedule_id uuid) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  refusal text := '{"conflicts": [], "total": 0}';
begin
  schedule := scheduling.lock_schedule(schedule_id);
  begin
    perform scheduling.claim_schedule(schedule);
    raise exception using errcode = 'PT200', message = 'nothing_in_the_way';
  exception
    when sqlstate 'PT409' then
      get stacked diagnostics refusal = pg_exception_detail;
    when sqlstate 'PT200' then
      null;
  end;
  return refusal::jsonb || jsonb_build_object('schedule_id', schedule.id, 'status', schedule.status, 'version', schedule.version);
end;
$$;
comment on function scheduling.check_publication(uuid) is 'See public.check_publication.';
grant execute on function scheduling.check_publication(uuid) to authenticated, service_role;
