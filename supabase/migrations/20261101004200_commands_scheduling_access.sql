-- Scheduling, access to schedules: what each command on a schedule, its games, constraints and runs begins and ends with.
--
--   schedule := scheduling.require_schedule(schedule_id, 'schedules.manage');
--   answer := core.recall('game.create', schedule.organization_id, idempotency_key, request);   -- where something is made
--   schedule := scheduling.lock_schedule(schedule_id, expected_version);
--   before := to_jsonb(schedule);
--   ... changes rows ...
--   return scheduling.record_schedule(schedule, 'schedule.updated', '{"changed": ["rounds"]}', before);

create function scheduling.schedule_document(schedule public.schedules) returns jsonb
language plpgsql stable
set search_path = ''
as $$ begin return to_jsonb(schedule); end $$;
comment on function scheduling.schedule_document(public.schedules) is
  'A schedule as lists and commands answer it; scheduling.schedule_details adds rounds, teams and match-ups.';

create function scheduling.require_schedule(schedule_id uuid, permission text) returns public.schedules
language plpgsql stable
set search_path = ''
as $$
declare
  schedule public.schedules;
begin
  select s.* into schedule from public.schedules s where s.id = schedule_id;
  if schedule.id is null or not core.is_member_or_service(schedule.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such schedule.');
  end if;
  perform core.require(schedule.organization_id, permission);
  return schedule;
end;
$$;
comment on function scheduling.require_schedule(uuid, text) is
  'The schedule, if the caller has the permission. PT404 for who is no member, PT403. Not locked: what a command changes is read by lock_schedule.';

create function scheduling.lock_schedule(schedule_id uuid, expected_version bigint default null) returns public.schedules
language plpgsql volatile
set search_path = ''
as $$
declare
  schedule public.schedules;
begin
  perform core.lock_stream(schedule_id, expected_version);
  select s.* into schedule from public.schedules s where s.id = schedule_id;
  if schedule.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such schedule.');
  elsif schedule.status = 'archived' then
    perform core.raise_error(409, 'schedule_archived', 'An archived schedule stays as it is: make another one.');
  end if;
  return schedule;
end;
$$;
comment on function scheduling.lock_schedule(uuid, bigint) is
  'The schedule, locked, as its caller had seen it. PT409 version_conflict, schedule_archived; PT404 where it was deleted while waiting.';

create function scheduling.record_schedule(schedule public.schedules, type text, data jsonb, before jsonb) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
declare
  after public.schedules;
  new_version bigint;
begin
  select s.* into strict after from public.schedules s where s.id = schedule.id;
  new_version := core.append_event(after.organization_id, 'schedule', after.id, type,
    jsonb_build_object('season_id', after.season_id, 'status', after.status) || coalesce(data, '{}'));
  update public.schedules s set version = new_version, updated_at = now() where s.id = after.id returning s.* into after;
  perform core.audit(after.organization_id, type, 'schedule', after.id, before, to_jsonb(after) || coalesce(data, '{}'));
  return scheduling.schedule_document(after);
end;
$$;
comment on function scheduling.record_schedule(public.schedules, text, jsonb, jsonb) is
  'The event and the audit row of a change of a schedule or of what belongs to it; its version is the event''s. Returns the document of the schedule as it now stands.';

create function scheduling.record_change(
  organization_id uuid, type text, id uuid, data jsonb, before jsonb, after jsonb
) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  kind text := split_part(type, '.', 1);
begin
  perform core.append_event(organization_id, kind, id, type, data);
  perform core.audit(organization_id, type, kind, id, before, after);
end;
$$;
comment on function scheduling.record_change(uuid, text, uuid, jsonb, jsonb, jsonb) is
  'The event of this type, <aggregate>.<verb>, and the audit row of a change of a sport, season, TV window, team or venue.';

create function scheduling.check_version(actual bigint, expected bigint) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if actual <> expected then
    perform core.raise_error(409, 'version_conflict', 'Someone else changed this in the meantime. Read it again.',
      jsonb_build_object('expected', expected, 'actual', actual));
  end if;
end;
$$;
comment on function scheduling.check_version(bigint, bigint) is
  'PT409 version_conflict. For what counts its own changes; call it when its stream is locked.';

create function scheduling.refuse_taken(what text, field text) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.raise_error(409, 'name_taken', format('There is another %s with this %s.', what, field), jsonb_build_object('field', field));
end;
$$;
comment on function scheduling.refuse_taken(text, text) is 'PT409 name_taken {field}.';

create function scheduling.require_fields(object jsonb, fields text[]) returns void
language plpgsql immutable
set search_path = ''
as $$
declare
  missing text;
begin
  select f into missing from unnest(fields) with ordinality as u(f, place)
  where object ->> f is null or btrim(object ->> f) = '' order by place limit 1;
  if missing is not null then
    perform core.raise_error(422, 'invalid_input', format('%s is needed.', missing), jsonb_build_object('field', missing));
  end if;
end;
$$;
comment on function scheduling.require_fields(jsonb, text[]) is 'PT422 invalid_input {field} for the first that is missing or blank.';
