-- Appending events, reading them by ticks, and who hears of them over Realtime.
--
-- None of these is granted to a client: commands (definer functions of the same owner) call append_event and
-- lock_stream, cron calls the rest.

-- writing ------------------------------------------------------------------------------------------------------------

create function core.append_event(
  organization_id uuid,
  aggregate_type text,
  aggregate_id uuid,
  type text,
  data jsonb,
  expected_version bigint default null
) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
  headers jsonb := core.request_headers();
  event_id uuid := core.uuid_v7();
  new_version bigint;
begin
  insert into core.streams as head (aggregate_id, organization_id, aggregate_type, version)
  values (append_event.aggregate_id, append_event.organization_id, append_event.aggregate_type, 1)
  on conflict on constraint streams_pkey do update set version = head.version + 1
  returning head.version into new_version;

  if new_version <> expected_version + 1 then
    perform core.raise_error(409, 'version_conflict', 'Someone else changed this in the meantime. Read it again.',
      jsonb_build_object('expected', expected_version, 'actual', new_version - 1));
  end if;

  insert into core.events
    (id, organization_id, aggregate_type, aggregate_id, version, type, data, actor_id, actor_kind, correlation_id, causation_id)
  values (
    event_id,
    append_event.organization_id,
    append_event.aggregate_type,
    append_event.aggregate_id,
    new_version,
    append_event.type,
    coalesce(append_event.data, '{}'),
    auth.uid(),
    core.actor_kind(),
    coalesce(
      core.uuid_or_null(headers ->> 'x-correlation-id'),
      core.uuid_or_null(headers ->> 'x-request-id'),
      event_id),
    core.uuid_or_null(headers ->> 'x-causation-id'));

  -- A hint for screens. realtime.send never fails its caller: it has a subtransaction inside.
  perform
    realtime.send(hint, append_event.type, 'org:' || append_event.organization_id || ':' || t.domain, true),
    realtime.send(hint, append_event.type, append_event.aggregate_type || ':' || append_event.aggregate_id, true)
  from core.aggregate_types t,
    jsonb_build_object('id', append_event.aggregate_id, 'type', append_event.type, 'version', new_version) hint
  where t.aggregate_type = append_event.aggregate_type;
  if not found then
    raise exception 'aggregate type % is not in core.aggregate_types', append_event.aggregate_type;
  end if;
  return new_version;
end;
$$;
comment on function core.append_event(uuid, text, uuid, text, jsonb, bigint) is
  'Appends an event to its aggregate''s stream and sends the Realtime hint; returns the new version.';

create function core.lock_stream(aggregate_id uuid, expected_version bigint default null) returns core.streams
language plpgsql volatile
set search_path = ''
as $$
declare
  head core.streams;
begin
  select s.* into head from core.streams s where s.aggregate_id = lock_stream.aggregate_id for update;
  if not found then
    perform core.raise_error(404, 'not_found', 'There is no such thing.');
  elsif head.version <> expected_version then
    perform core.raise_error(409, 'version_conflict', 'Someone else changed this in the meantime. Read it again.',
      jsonb_build_object('expected', expected_version, 'actual', head.version));
  end if;
  return head;
end;
$$;
comment on function core.lock_stream(uuid, bigint) is
  'Takes the lock of an aggregate, before any other lock, and checks the version its caller had seen.';

