-- Appending events, and reading them by ticks.
--
-- None of these is granted to a client: commands (definer functions of the same owner) call append_event, append_events
-- and lock_stream, cron calls the rest.

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
#variable_conflict use_variable
declare
  -- What users' commands do not need is not called: each function costs more to begin with than to run.
  headers jsonb := nullif(current_setting('request.headers', true), '');
  actor_id uuid := auth.uid();
  actor_kind text := 'user';
  event_id uuid := core.uuid_v7();
  domain text;
  new_version bigint;
  hint jsonb;
begin
  if actor_id is null then
    actor_id := core.acting_id();
    actor_kind := core.actor_kind();
  end if;
  select t.domain into domain from core.aggregate_types t where t.aggregate_type = append_event.aggregate_type;
  if domain is null then
    raise exception 'aggregate type % is not in core.aggregate_types', append_event.aggregate_type;
  end if;
  -- The head first: its lock is the order of versions, and gives the transaction its number before the event its position.
  with head as (
    insert into core.streams as s (aggregate_id, organization_id, aggregate_type, version)
    values (append_event.aggregate_id, append_event.organization_id, append_event.aggregate_type, 1)
    on conflict on constraint streams_pkey do update set version = s.version + 1
    returning s.version
  )
  insert into core.events as e
    (id, organization_id, aggregate_type, aggregate_id, version, type, data, actor_id, actor_kind, correlation_id, causation_id, traceparent)
  select
    event_id,
    append_event.organization_id,
    append_event.aggregate_type,
    append_event.aggregate_id,
    h.version,
    append_event.type,
    coalesce(append_event.data, '{}'),
    actor_id,
    actor_kind,
    coalesce(
      core.uuid_or_null(headers ->> 'x-correlation-id'),
      core.uuid_or_null(headers ->> 'x-request-id'),
      event_id),
    core.uuid_or_null(headers ->> 'x-causation-id'),
    core.traceparent_or_null(headers ->> 'traceparent')
  from head h
  returning e.version into new_version;

  if new_version <> expected_version + 1 then
    perform core.raise_error(409, 'version_conflict', 'Someone else changed this in the meantime. Read it again.',
      jsonb_build_object('expected', expected_version, 'actual', new_version - 1));
  end if;

  -- Hints for screens. realtime.send swallows its own errors in a subtransaction: no booking fails for a lost hint.
  -- Measured: of an append's 130 µs each send is 30; sending both from one query costs 60 more.
  hint := jsonb_build_object('id', append_event.aggregate_id, 'type', append_event.type, 'version', new_version);
  if append_event.organization_id is not null then
    perform realtime.send(hint, append_event.type, 'org:' || append_event.organization_id || ':' || domain, true);
  end if;
  -- What belongs to an organization begins with its first event: nobody can be listening to it yet.
  if new_version > 1 or append_event.organization_id is null then
    perform realtime.send(hint, append_event.type, append_event.aggregate_type || ':' || append_event.aggregate_id, true);
  end if;
  return new_version;
end;
$$;
comment on function core.append_event(uuid, text, uuid, text, jsonb, bigint) is
  'Appends an event to its aggregate''s stream and sends the Realtime hint; returns the new version.';

create function core.append_events(organization_id uuid, events jsonb, source text default null) returns jsonb
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_variable
declare
  headers jsonb := core.request_headers();
  actor_id uuid := core.acting_id();
  actor_kind text := core.actor_kind();
  correlation_id uuid := coalesce(core.uuid_or_null(headers ->> 'x-correlation-id'), core.uuid_or_null(headers ->> 'x-request-id'));
  causation_id uuid := core.uuid_or_null(headers ->> 'x-causation-id');
  traceparent text := core.traceparent_or_null(headers ->> 'traceparent');
  -- The time in it is the batch's, the rest of each id is random: positions tell the order.
  id_prefix text := left(core.uuid_v7()::text, 19);
  appended jsonb;
  hints jsonb;
  conflict jsonb;
  hint jsonb;
begin
  -- One statement: it locks the heads in the order of their ids, so that two batches do not wait for one another.
  with sent as (
    select
      e.*,
      (id_prefix || substr(gen_random_uuid()::text, 20))::uuid as id,
      row_number() over (partition by e.aggregate_id order by e.place) - count(*) over (partition by e.aggregate_id) as nth_from_last
    from rows from (jsonb_to_recordset(append_events.events) as (
      type text, type_version int, aggregate_type text, aggregate_id uuid, data jsonb, expected_version bigint,
      correlation_id uuid, causation_id uuid, traceparent text
    )) with ordinality as e(
      type, type_version, aggregate_type, aggregate_id, data, expected_version, correlation_id, causation_id, traceparent, place)
  ), heads as (
    insert into core.streams as head (aggregate_id, organization_id, aggregate_type, version)
    select s.aggregate_id, append_events.organization_id, min(s.aggregate_type), count(*)
    from sent s
    group by s.aggregate_id
    order by s.aggregate_id
    on conflict on constraint streams_pkey do update set version = head.version + excluded.version
    where head.organization_id is not distinct from excluded.organization_id and head.aggregate_type = excluded.aggregate_type
    returning head.aggregate_id, head.aggregate_type, head.version
  ), counted as (
    select s.*, h.aggregate_type as head_type, h.version + s.nth_from_last as version
    from sent s
    left join heads h on h.aggregate_id = s.aggregate_id
  ), inserted as (
    insert into core.events
      (id, organization_id, aggregate_type, aggregate_id, version, type, type_version, source, data, actor_id, actor_kind,
       correlation_id, causation_id, traceparent)
    select
      c.id, append_events.organization_id, c.aggregate_type, c.aggregate_id, c.version, c.type, coalesce(c.type_version, 1),
      append_events.source, coalesce(c.data, '{}'), actor_id, actor_kind,
      coalesce(c.correlation_id, correlation_id, c.id), coalesce(c.causation_id, causation_id),
      coalesce(c.traceparent, traceparent)
    from counted c
    where c.version is not null
    order by c.place
  ), told as (
    -- Hints wake screens up: one for each type of event, about the last of it.
    select
      jsonb_build_object('id', c.aggregate_id, 'type', c.type, 'version', c.version) as hint,
      coalesce(t.domain, 'events') as domain
    from (select max(l.place) as place from counted l group by l.type) latest
    join counted c on c.place = latest.place
    left join core.aggregate_types t on t.aggregate_type = c.aggregate_type
  )
  select
    coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'aggregate_id', c.aggregate_id, 'version', c.version) order by c.place), '[]'),
    (select jsonb_agg(jsonb_build_object('hint', t.hint, 'domain', t.domain)) from told t),
    (array_agg(jsonb_build_object('index', c.place - 1, 'expected', c.expected_version, 'actual', c.version - 1,
        'foreign', c.head_type is distinct from c.aggregate_type) order by c.place)
      filter (where c.head_type is distinct from c.aggregate_type or c.expected_version <> c.version - 1))[1]
  into appended, hints, conflict
  from counted c;

  if (conflict -> 'foreign')::boolean then
    -- Whose it is, and what, is not said.
    perform core.raise_error(409, 'aggregate_mismatch', 'This id belongs to something else. Use the id of your own, or a new one.',
      jsonb_build_object('index', conflict -> 'index'));
  elsif conflict is not null then
    perform core.raise_error(409, 'version_conflict', 'Someone else changed this in the meantime. Read it again.', conflict - 'foreign');
  end if;
  if append_events.organization_id is not null then
    for hint in select h from jsonb_array_elements(hints) h loop
      perform realtime.send(hint -> 'hint', hint #>> '{hint,type}',
        'org:' || append_events.organization_id || ':' || (hint ->> 'domain'), true);
    end loop;
  end if;
  return appended;
end;
$$;
comment on function core.append_events(uuid, jsonb, text) is
  'Appends a batch, all or nothing: [{type, type_version, aggregate_type, aggregate_id, data, expected_version, '
  'correlation_id, causation_id, traceparent}]. Returns [{id, aggregate_id, version}] in the same order. One hint a type '
  'goes to the topic of the domain, none to those of the aggregates. Events of one aggregate follow one another as sent.';

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

create function core.cloud_event(event core.events) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  -- What is null is left out; nulls inside of `data` are the publisher's.
  return jsonb_strip_nulls(jsonb_build_object(
    'specversion', '1.0',
    'id', event.id,
    'source', coalesce('/services/' || event.source, '/organizations/' || event.organization_id, '/platform'),
    'type', event.type,
    'subject', event.aggregate_type || '/' || event.aggregate_id,
    'time', event.recorded_at,
    'datacontenttype', 'application/json',
    'dataschema', 'urn:almanac:event:' || event.type || ':' || event.type_version,
    'organizationid', event.organization_id,
    'aggregatetype', event.aggregate_type,
    'aggregateid', event.aggregate_id,
    'aggregateversion', event.version,
    'actorid', event.actor_id,
    'actorkind', event.actor_kind,
    'correlationid', event.correlation_id,
    'causationid', event.causation_id,
    'traceparent', event.traceparent
  )) || jsonb_build_object('data', event.data);
end;
$$;
comment on function core.cloud_event(core.events) is
  'An event as everyone outside gets it: CloudEvents 1.0, with what is Almanac''s own as extension attributes.';

-- ticks --------------------------------------------------------------------------------------------------------------

-- Without a statistic of transaction_id the planner may read the whole log for the few rows at its end.
create function core.batch(from_tick core.ticks, to_tick core.ticks) returns setof core.events
language sql stable
set search_path = ''
set enable_seqscan = off
as $$
  select e.* from core.events e
  where e.transaction_id >= pg_snapshot_xmax((from_tick).snapshot)
    and e.transaction_id < pg_snapshot_xmax((to_tick).snapshot)
    and pg_visible_in_snapshot(e.transaction_id, (to_tick).snapshot)
    and e.transaction_id <> (to_tick).transaction_id
  union all
  -- what was in progress then: probed one by one, so a transaction that stays open elsewhere costs one empty probe
  select e.* from core.events e
  where e.transaction_id = any (array(select pg_snapshot_xip((from_tick).snapshot)) || (from_tick).transaction_id)
    and e.transaction_id < pg_snapshot_xmax((from_tick).snapshot)
    and pg_visible_in_snapshot(e.transaction_id, (to_tick).snapshot)
    and e.transaction_id <> (to_tick).transaction_id
$$;
comment on function core.batch(core.ticks, core.ticks) is 'The events that the second tick sees and the first did not.';

create function core.tick() returns bigint
language plpgsql volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  last core.ticks;
  reached bigint;
  new_id bigint;
begin
  -- Tickers take turns: ids must follow the order of the snapshots, each of which is taken after the lock.
  if not pg_try_advisory_xact_lock(hashtextextended('core.tick', 0)) then
    return null;
  end if;
  select t.* into last from core.ticks t order by t.id desc limit 1;
  if last.id is null or pg_snapshot_xmax(last.snapshot) > pg_snapshot_xmax(pg_current_snapshot()) then
    return core.rebase_event_log();
  end if;

  -- Read before the ticker has its number: whoever has a greater one takes a position later.
  if pg_current_xact_id_if_assigned() is null then
    select s.last_value - 1 + s.is_called::int into reached from core.events_position_seq s;
  end if;
  insert into core.ticks (snapshot, position)
  select pg_current_snapshot(), coalesce(reached, last.position)
  where exists (select from core.events e where e.transaction_id >= pg_snapshot_xmax(last.snapshot))
    or exists (
      select from core.events e
      where e.transaction_id = any (array(select pg_snapshot_xip(last.snapshot)) || last.transaction_id)
    )
  returning id into new_id;
  return new_id;
end;
$$;
comment on function core.tick() is
  'Notes what has committed, when that is more than the last tick saw; returns the tick''s id or null.';

-- consumers ----------------------------------------------------------------------------------------------------------

create function core.register_queue(name text, function_name text) returns void
language sql volatile
set search_path = ''
as $$
  insert into core.queues (name, function_name)
  values (register_queue.name, register_queue.function_name)
  on conflict on constraint queues_pkey do update set function_name = excluded.function_name
$$;
comment on function core.register_queue(text, text) is
  'Names a queue of jobs and the Edge Function that works it (POST /<function>/jobs).';

create function core.register_consumer(name text, event_types text[], queue text, kind text) returns void
language sql volatile
set search_path = ''
as $$
  insert into core.consumers (name, event_types, patterns, queue, kind, tick_id)
  values (
    register_consumer.name,
    register_consumer.event_types,
    core.like_patterns(register_consumer.event_types),
    register_consumer.queue,
    register_consumer.kind,
    (select max(t.id) from core.ticks t)
  )
  on conflict on constraint consumers_pkey do update
    set event_types = excluded.event_types, patterns = excluded.patterns, queue = excluded.queue, kind = excluded.kind
$$;
comment on function core.register_consumer(text, text[], text, text) is
  'Subscribes a queue to types of events (appointment.booked, appointment.*, *) from now on.';

create function core.event_document(event core.events) returns jsonb
language sql stable
set search_path = ''
as $$ select to_jsonb(event) - array['position', 'transaction_id'] $$;
comment on function core.event_document(core.events) is 'An event as a job carries it.';

create function core.dispatch(max_events int default 1000) returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  consumer core.consumers;
  from_tick core.ticks;
  to_tick core.ticks;
  inserted int;
  sent int;
  total int := 0;
begin
  for consumer in select c.* from core.consumers c order by c.name for update skip locked loop
    sent := 0;
    select t.* into strict from_tick from core.ticks t where t.id = consumer.tick_id;
    while sent < max_events loop
      select t.* into to_tick from core.ticks t where t.id > from_tick.id order by t.id limit 1;
      exit when not found;

      -- The order of positions is the order of each aggregate's versions: both are taken under the head's lock.
      insert into core.jobs (queue, kind, payload, event_id, traceparent)
      select consumer.queue, consumer.kind, core.event_document(e), e.id, e.traceparent
      from core.batch(from_tick, to_tick) e
      where e.type like any (consumer.patterns)
      order by e.position
      on conflict (queue, kind, event_id) do nothing;
      get diagnostics inserted = row_count;

      sent := sent + inserted;
      from_tick := to_tick;
    end loop;
    update core.consumers c set tick_id = from_tick.id where c.name = consumer.name and c.tick_id <> from_tick.id;
    total := total + sent;
  end loop;
  return total;
end;
$$;
comment on function core.dispatch(int) is
  'Turns what consumers have not seen into jobs and advances their cursors, in one transaction; a batch is never split.';
