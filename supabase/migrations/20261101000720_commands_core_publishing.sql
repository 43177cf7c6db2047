-- Publishing: events of an organization's own types, by its members, its API keys and the services it lets in.
--
-- What Almanac's own commands append can be believed, since nobody else can: their types, and streams of their
-- aggregates, are refused here, whoever asks.

create function core.event_fault(event jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(event) <> 'object' then
    return '';
  end if;
  return coalesce(
    (
      select k from jsonb_object_keys(event) k
      where k not in ('organization_id', 'type', 'type_version', 'aggregate_type', 'aggregate_id', 'data', 'expected_version',
        'causation_id', 'correlation_id', 'traceparent')
      order by k limit 1
    ),
    case
      when coalesce(event ->> 'type' !~ '^[a-z][a-z_]*\.[a-z][a-z_]*$' or length(event ->> 'type') > 100, true) then 'type'
      when event ->> 'type_version' !~ '^[1-9][0-9]{0,3}$' then 'type_version'
      when event ->> 'aggregate_type' !~ '^[a-z][a-z_]{0,59}$' then 'aggregate_type'
      when core.uuid_or_null(event ->> 'aggregate_id') is null then 'aggregate_id'
      when jsonb_typeof(event -> 'data') not in ('object', 'null') then 'data'
      when event ->> 'expected_version' !~ '^[0-9]{1,15}$' then 'expected_version'
      when event ? 'causation_id' and event -> 'causation_id' <> 'null' and core.uuid_or_null(event ->> 'causation_id') is null then 'causation_id'
      when event ? 'correlation_id' and event -> 'correlation_id' <> 'null' and core.uuid_or_null(event ->> 'correlation_id') is null then 'correlation_id'
      when event ? 'traceparent' and event -> 'traceparent' <> 'null' and core.traceparent_or_null(event ->> 'traceparent') is null then 'traceparent'
    end
  );
end;
$$;
comment on function core.event_fault(jsonb) is
  'The first field of an event to publish that is missing, unknown or no value of its kind; empty: it is no object.';

create function core.check_batch(organization_id uuid, events jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  place int;
  fault text;
begin
  if events is null or jsonb_typeof(events) <> 'array' or jsonb_array_length(events) not between 1 and 1000 then
    perform core.raise_error(422, 'invalid_input', 'Send a list of 1 to 1,000 events.', '{"field": "events"}');
  elsif octet_length(events::text) > 2097152 then
    perform core.raise_error(413, 'payload_too_large', 'The events of a batch have 2 MB at most.');
  end if;
  select e.nth - 1, core.event_fault(e.event) into place, fault
  from jsonb_array_elements(events) with ordinality e (event, nth)
  where core.event_fault(e.event) is not null
  order by e.nth limit 1;
  if place is not null then
    perform core.raise_error(422, 'invalid_input', format('Event %s is not valid: %s.', place, coalesce(nullif(fault, ''), 'it is no object')),
      jsonb_build_object('index', place, 'field', fault));
  end if;
  select e.nth - 1 into place
  from jsonb_array_elements(events) with ordinality e (event, nth)
  where coalesce(core.uuid_or_null(e.event ->> 'organization_id') <> check_batch.organization_id, e.event ->> 'organization_id' is not null)
  order by e.nth limit 1;
  if place is not null then
    perform core.raise_error(403, 'organization_mismatch', format('Event %s says it is of another organization.', place),
      jsonb_build_object('index', place));
  end if;
end;
$$;
comment on function core.check_batch(uuid, jsonb) is 'Refuses a batch that is none, and names the event and the field at fault.';

create function core.check_against_catalogue(organization_id uuid, events jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  place int := -1;
  event jsonb;
  reserved text;
  state text;
  code text;
  told text;
  advice text;
begin
  for event in select e.event from jsonb_array_elements(events) with ordinality e (event, nth) order by e.nth loop
    place := place + 1;
    perform core.check_event(organization_id, event ->> 'type', (event ->> 'type_version')::int, event -> 'data');
  end loop;
  -- Asked once a kind: an event of a type that may be published can still name a stream that may not.
  for reserved in select distinct e ->> 'aggregate_type' from jsonb_array_elements(events) e loop
    if core.is_reserved_type(reserved) then
      place := (select min(e.nth) - 1 from jsonb_array_elements(events) with ordinality e (event, nth) where e.event ->> 'aggregate_type' = reserved);
      perform core.raise_error(403, 'reserved_event_type', format('%s is one of Almanac''s own: only its commands append to it.', reserved),
        jsonb_build_object('event_type', reserved));
    end if;
  end loop;
exception when others then
  -- The same refusal, with the place of its event. One subtransaction for the batch.
  get stacked diagnostics state = returned_sqlstate, code = message_text, told = pg_exception_detail, advice = pg_exception_hint;
  if state !~ '^PT4' then
    raise;
  end if;
  perform core.raise_error(substr(state, 3)::int, code, format('Event %s: %s', place, advice),
    told::jsonb || jsonb_build_object('index', place));
end;
$$;
comment on function core.check_against_catalogue(uuid, jsonb) is
  'Asks the catalogue about each event of a batch, and says which one it refused.';

create function core.completed_events(organization_id uuid, events jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  -- Looked up once a type, not once an event.
  return (
    with declared as materialized (
      select named.type, newest.version, newest.aggregate_type
      from (select distinct e ->> 'type' as type from jsonb_array_elements(events) e) named
      left join lateral (
        select t.version, t.aggregate_type from public.event_types t
        where t.organization_id = completed_events.organization_id and t.type = named.type and t.status <> 'retired'
        order by t.version desc limit 1
      ) newest on true
    )
    select jsonb_agg(
      e.event || jsonb_build_object(
        'type_version', coalesce((e.event ->> 'type_version')::int, d.version),
        'aggregate_type', coalesce(e.event ->> 'aggregate_type', d.aggregate_type, split_part(e.event ->> 'type', '.', 1)),
        'data', coalesce(nullif(e.event -> 'data', 'null'), '{}'))
      order by e.nth)
    from jsonb_array_elements(events) with ordinality e (event, nth)
    left join declared d on d.type = e.event ->> 'type'
  );
end;
$$;
comment on function core.completed_events(uuid, jsonb) is
  'Events as sent, with what they left out: the newest version of the type, and the aggregate it happens to.';

create function core.check_aggregates(organization_id uuid, events jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  place int;
  declared text;
begin
  select e.nth - 1, t.aggregate_type into place, declared
  from jsonb_array_elements(events) with ordinality e (event, nth)
  join public.event_types t on t.organization_id = check_aggregates.organization_id
    and t.type = e.event ->> 'type' and t.version = (e.event ->> 'type_version')::int
  where t.aggregate_type <> e.event ->> 'aggregate_type'
  order by e.nth limit 1;
  if place is not null then
    perform core.raise_error(422, 'invalid_input', format('Event %s: its type is declared to happen to a %s.', place, declared),
      jsonb_build_object('index', place, 'field', 'aggregate_type'));
  end if;
  -- A user's stream may have no event yet: nobody takes its id before.
  select e.nth - 1 into place
  from jsonb_array_elements(events) with ordinality e (event, nth)
  join public.profiles p on p.id = (e.event ->> 'aggregate_id')::uuid
  order by e.nth limit 1;
  if place is not null then
    perform core.raise_error(409, 'aggregate_mismatch', 'This id belongs to something else. Use the id of your own, or a new one.',
      jsonb_build_object('index', place));
  end if;
end;
$$;
comment on function core.check_aggregates(uuid, jsonb) is
  'Refuses an event on a kind of aggregate that its type was not declared for, or on the stream of a user.';

create function core.publish_events(organization_id uuid, events jsonb, idempotency_key text default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  answer jsonb;
  complete jsonb;
  through core.credential;
begin
  perform core.require_in(organization_id, 'events.publish');
  perform core.check_batch(organization_id, events);
  answer := core.recall('publish_events', organization_id, idempotency_key, events);
  if answer is not null then
    return answer;
  end if;
  complete := core.completed_events(organization_id, events);
  perform core.check_against_catalogue(organization_id, complete);
  perform core.check_aggregates(organization_id, complete);

  through := core.current_credential();
  answer := core.append_events(organization_id, complete, case when through.kind = 'service' then through.name end);
  perform core.audit(organization_id, 'events.publish', 'organization', organization_id, null,
    jsonb_build_object('count', jsonb_array_length(answer), 'first_id', answer -> 0 -> 'id'));
  return core.keep('publish_events', organization_id, idempotency_key, answer);
end;
$$;
comment on function core.publish_events(uuid, jsonb, text) is
  'Appends events of declared types, all or nothing. What is refused names the index of the event, and of its data the path.';
grant execute on function core.publish_events(uuid, jsonb, text) to authenticated, service_role;

create function core.require_in(organization_id uuid, permission text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if organization_id is null or (auth.uid() is not null and not core.is_member_or_service(organization_id)) then
    perform core.raise_error(404, 'not_found', 'There is no such organization.');
  end if;
  perform core.require(organization_id, permission);
end;
$$;
comment on function core.require_in(uuid, text) is
  'As core.require; to users who do not belong to the organization it does not exist.';

create function public.publish_events(organization_id uuid, events jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.publish_events(organization_id, events, idempotency_key) $$;
comment on function public.publish_events(uuid, jsonb, text) is
  'Publishes 1 to 1,000 events of the organization''s own types, all or nothing: [{type, type_version, aggregate_type, '
  'aggregate_id, data, expected_version, causation_id, correlation_id, traceparent}]; answers [{id, aggregate_id, version}]. '
  'Needs events.publish. 403 reserved_event_type or organization_mismatch, 409 version_conflict or aggregate_mismatch, 422 '
  'unknown_event_type or event_does_not_fit; each names the index of the event at fault.';
grant execute on function public.publish_events(uuid, jsonb, text) to authenticated, service_role;
