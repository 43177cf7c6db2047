-- Scheduling, commands on versions: keep one, what is different between two, make an old one hold again.

create function scheduling.save_version(schedule_id uuid, note text, expected_version bigint, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  number integer;
  answer jsonb;
begin
  answer := core.recall('schedule.save_version', schedule.organization_id, idempotency_key, jsonb_build_array(schedule_id, note, expected_version));
  if answer is not null then
    return answer;
  end if;
  schedule := scheduling.lock_schedule(schedule_id, expected_version);
  number := scheduling.keep_version(schedule, note);
  answer := scheduling.record_schedule(schedule, 'schedule.version_kept', jsonb_build_object('number', number), to_jsonb(schedule));
  return core.keep('schedule.save_version', schedule.organization_id, idempotency_key,
    scheduling.version_document(schedule.id, number) || jsonb_build_object('schedule', answer));
end;
$$;
comment on function scheduling.save_version(uuid, text, bigint, text) is 'See public.keep_schedule_version.';
grant execute on function scheduling.save_version(uuid, text, bigint, text) to authenticated, service_role;

create function scheduling.version_document(schedule_id uuid, number integer) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('schedule_id', v.schedule_id, 'number', v.number, 'note', v.note, 'run_id', v.run_id,
      'games', jsonb_array_length(v.games), 'created_by', v.created_by, 'created_at', v.created_at)
    from public.schedule_versions v
    where v.schedule_id = version_document.schedule_id and v.number = version_document.number);
end;
$$;
comment on function scheduling.version_document(uuid, integer) is 'A version as lists show it: how many games, not which.';

create function scheduling.games_of_version(schedule_id uuid, number integer) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  games jsonb;
begin
  if number is null then
    return scheduling.games_now(schedule_id);
  end if;
  select v.games into games from public.schedule_versions v
  where v.schedule_id = games_of_version.schedule_id and v.number = games_of_version.number;
  if games is null then
    perform core.raise_error(404, 'not_found', 'The schedule has no such version.');
  end if;
  return games;
end;
$$;
comment on function scheduling.games_of_version(uuid, integer) is 'The games of a version, or as they stand (null). PT404.';

create function scheduling.changed_fields(before jsonb, after jsonb) returns text[]
language plpgsql immutable
set search_path = ''
as $$
begin
  return array(select b.key from jsonb_each(before) b where b.value is distinct from after -> b.key order by b.key);
end;
$$;
comment on function scheduling.changed_fields(jsonb, jsonb) is 'Which fields of a game are different.';

create function scheduling.diff_versions(schedule_id uuid, from_version integer, to_version integer) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.read');
  added jsonb;
  removed jsonb;
  changed jsonb;
  unchanged integer;
begin
  select
    coalesce(jsonb_agg(a.game order by a.game ->> 'plays_on', a.id) filter (where b.id is null), '[]'),
    coalesce(jsonb_agg(b.game order by b.game ->> 'plays_on', b.id) filter (where a.id is null), '[]'),
    coalesce(jsonb_agg(
      jsonb_build_object('id', a.id, 'fields', scheduling.changed_fields(b.game, a.game), 'before', b.game, 'after', a.game)
      order by a.game ->> 'plays_on', a.id) filter (where a.game <> b.game), '[]'),
    count(*) filter (where a.game = b.game)
  into added, removed, changed, unchanged
  from (select g ->> 'id' as id, g as game from jsonb_array_elements(scheduling.games_of_version(schedule.id, from_version)) g) b
  full join (select g ->> 'id' as id, g as game from jsonb_array_elements(scheduling.games_of_version(schedule.id, to_version)) g) a on a.id = b.id;
  return jsonb_build_object('schedule_id', schedule.id, 'from', from_version, 'to', to_version,
    'added', added, 'removed', removed, 'changed', changed, 'unchanged', unchanged);
end;
$$;
comment on function scheduling.diff_versions(uuid, integer, integer) is 'See public.diff_schedule_versions.';
grant execute on function scheduling.diff_versions(uuid, integer, integer) to authenticated, service_role;

create function scheduling.restore_version(schedule_id uuid, number integer, expected_version bigint, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  changed integer;
  kept integer;
  answer jsonb;
begin
  answer := core.recall('schedule.restore', schedule.organization_id, idempotency_key, jsonb_build_array(schedule_id, number, expected_version));
  if answer is not null then
    return answer;
  end if;
  if number is null then
    perform core.raise_error(422, 'invalid_input', 'Say which version.', '{"field": "number"}');
  end if;
  schedule := scheduling.lock_games_of(schedule_id, expected_version);
  perform scheduling.keep_unkept(schedule, format('Before version %s was restored', number));
  changed := scheduling.place_games(schedule, scheduling.games_of_version(schedule.id, number),
    array['scheduled', 'postponed', 'cancelled'], republishing => true);
  kept := scheduling.keep_version(schedule, format('Version %s restored', number));
  answer := scheduling.record_schedule(schedule, 'schedule.restored',
    jsonb_build_object('number', kept, 'restored', number, 'games', changed), to_jsonb(schedule));
  return core.keep('schedule.restore', schedule.organization_id, idempotency_key, answer || jsonb_build_object('changed', changed));
end;
$$;
comment on function scheduling.restore_version(uuid, integer, bigint, text) is 'See public.restore_schedule_version.';
grant execute on function scheduling.restore_version(uuid, integer, bigint, text) to authenticated, service_role;
