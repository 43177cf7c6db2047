-- Advancing sagas: what a worker calls between two steps. Each of these is one transaction: what came of a step, the
-- state of the saga and the job of the next step are written together, so that a crash leaves all of it or nothing.
--
-- Locks: the saga's row first. Commands that a step calls share it (core.check_saga_step), so nothing that a step
-- began commits after the saga has gone on without it.

-- telling and handing on ---------------------------------------------------------------------------------------------

create function core.saga_cancelled() returns jsonb
language sql immutable parallel safe
set search_path = ''
as $$ select '{"code": "cancelled", "message": "It was cancelled."}'::jsonb $$;
comment on function core.saga_cancelled() is 'Why a saga is undone that somebody cancelled.';

create function core.saga_worker_lost() returns jsonb
language sql immutable parallel safe
set search_path = ''
as $$ select '{"code": "worker_lost", "message": "Each worker that tried was lost before it could tell."}'::jsonb $$;
comment on function core.saga_worker_lost() is 'Why a step failed that never answered.';

create function core.tell_saga(saga core.sagas, type text, step text default null) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.append_event(saga.organization_id, 'saga', saga.id, type, jsonb_build_object(
    'name', saga.name, 'subject_type', saga.subject_type, 'subject_id', saga.subject_id, 'step', step));
end;
$$;
comment on function core.tell_saga(core.sagas, text, text) is 'Appends an event to the saga''s stream.';

create function core.enqueue_saga(saga core.sagas, turn bigint, run_at timestamptz) returns bigint
language plpgsql volatile
set search_path = ''
as $$
begin
  return core.enqueue(saga.queue, 'advance_saga', jsonb_build_object('saga_id', saga.id, 'turn', turn), run_at);
end;
$$;
comment on function core.enqueue_saga(core.sagas, bigint, timestamptz) is 'The job of a turn of a saga.';

create function core.hand_on_saga(saga core.sagas, delay interval default '0') returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  at timestamptz := clock_timestamp() + delay;
begin
  update core.sagas s
  set turn = s.turn + 1, job_id = core.enqueue_saga(s, s.turn + 1, at), run_at = at,
    lease_token = null, leased_until = null, updated_at = now()
  where s.id = saga.id;
end;
$$;
comment on function core.hand_on_saga(core.sagas, interval) is 'Ends the turn and the lease, and enqueues the next turn.';

create function core.end_saga(saga core.sagas, status text) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  update core.sagas s
  set status = end_saga.status, turn = s.turn + 1, current_step = null, lease_token = null, leased_until = null,
    finished_at = now(), updated_at = now()
  where s.id = saga.id;
  perform core.tell_saga(saga, case status when 'done' then 'saga.done' else 'saga.undone' end);
end;
$$;
comment on function core.end_saga(core.sagas, text) is 'All is done, or all undone.';

create function core.compensate_next(saga core.sagas) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  next int := (
    select max(t.position) from core.saga_steps t
    where t.saga_id = saga.id and t.status in ('done', 'failed') and t.compensable);
begin
  if next is null then
    perform core.end_saga(saga, 'undone');
    return;
  end if;
  update core.saga_steps t set progress = null, slice = 0, finished_at = null
  where t.saga_id = saga.id and t.position = next;
  update core.sagas s set current_step = next where s.id = saga.id;
  perform core.hand_on_saga(saga);
end;
$$;
comment on function core.compensate_next(core.sagas) is 'Goes back to the last step that is not undone yet, or ends.';

create function core.compensate_saga(saga core.sagas, error jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- What was begun may have half happened, whatever it answered: it is undone like what has.
  update core.saga_steps t
  set status = case when t.attempts > 0 or t.slice > 0 then 'failed' else 'pending' end,
    error = coalesce(t.error, compensate_saga.error), finished_at = now()
  where t.saga_id = saga.id and t.position = saga.current_step and t.status in ('pending', 'running', 'parked');
  update core.saga_steps t set status = 'compensated'
  where t.saga_id = saga.id and t.status = 'done' and not t.compensable;
  update core.sagas s set status = 'compensating', error = compensate_saga.error, updated_at = now() where s.id = saga.id;
  perform core.tell_saga(saga, 'saga.compensating',
    (select t.name from core.saga_steps t where t.saga_id = saga.id and t.position = saga.current_step));
  perform core.compensate_next(saga);
end;
$$;
comment on function core.compensate_saga(core.sagas, jsonb) is 'Turns back: what has happened is undone, the last first.';

create function core.park_saga(saga core.sagas, error jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  step text;
begin
  update core.saga_steps t set status = 'parked', error = park_saga.error
  where t.saga_id = saga.id and t.position = saga.current_step
  returning t.name into step;
  update core.sagas s
  set status = 'parked', turn = s.turn + 1, lease_token = null, leased_until = null, error = park_saga.error, updated_at = now()
  where s.id = saga.id;
  perform core.tell_saga(saga, 'saga.parked', step);
end;
$$;
comment on function core.park_saga(core.sagas, jsonb) is 'Leaves it to a person: no job is enqueued until someone resumes it.';

-- claiming -----------------------------------------------------------------------------------------------------------

create function core.claimed_document(saga core.sagas, step core.saga_steps) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', saga.id, 'organization_id', saga.organization_id, 'name', saga.name, 'version', saga.version,
    'direction', case saga.status when 'running' then 'do' else 'undo' end,
    'input', saga.input, 'created_by', saga.created_by, 'lease_token', saga.lease_token,
    'correlation_id', saga.correlation_id, 'traceparent', saga.traceparent,
    'step', case when step.saga_id is not null then jsonb_build_object(
      'position', step.position, 'name', step.name, 'input', step.input, 'output', step.output,
      'progress', step.progress, 'timeout_seconds', step.timeout_seconds,
      'attempt', case saga.status when 'running' then step.attempts else step.compensation_attempts end,
      'idempotency_key', concat_ws(':', step.idempotency_key, case saga.status when 'running' then 'do' else 'undo' end, step.slice))
    end);
end;
$$;
comment on function core.claimed_document(core.sagas, core.saga_steps) is 'What a worker needs to run a step.';

create function core.claim_saga(saga_id uuid, turn bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  saga core.sagas;
  step core.saga_steps;
  due timestamptz;
begin
  perform core.require_service();
  select s.* into saga from core.sagas s where s.id = saga_id for no key update;
  if not found or saga.turn <> turn or saga.status not in ('running', 'compensating') then
    return null;
  end if;
  due := greatest(saga.run_at, saga.leased_until);
  if due > clock_timestamp() then
    -- Another worker has it, or had it and died: this job's successor looks again when that lease is over.
    update core.sagas s set job_id = core.enqueue_saga(s, s.turn, due) where s.id = saga.id;
    return null;
  end if;
  if saga.cancelled_at is not null and saga.status = 'running' then
    perform core.compensate_saga(saga, core.saga_cancelled());
    return null;
  end if;

  if saga.current_step is not null then
    select t.* into strict step from core.saga_steps t where t.saga_id = saga.id and t.position = saga.current_step;
    if saga.status = 'running' and step.attempts >= step.max_attempts then
      perform core.compensate_saga(saga, coalesce(step.error, core.saga_worker_lost()));
      return null;
    elsif saga.status = 'compensating' and step.compensation_attempts >= step.max_compensation_attempts then
      perform core.park_saga(saga, coalesce(step.error, core.saga_worker_lost()));
      return null;
    end if;
    update core.saga_steps t set
      status = case saga.status when 'running' then 'running' else 'compensating' end,
      attempts = t.attempts + case saga.status when 'running' then 1 else 0 end,
      compensation_attempts = t.compensation_attempts + case saga.status when 'running' then 0 else 1 end,
      started_at = coalesce(t.started_at, now()),
      input = coalesce(t.input, jsonb_build_object('input', saga.input, 'outputs', coalesce(
        (select jsonb_object_agg(d.name, d.output) from core.saga_steps d where d.saga_id = saga.id and d.status = 'done'), '{}')))
    where t.saga_id = saga.id and t.position = step.position
    returning t.* into step;
  end if;
  -- The lease outlives the step's time: who comes later finds it ended, not under way.
  update core.sagas s
  set lease_token = gen_random_uuid(),
    leased_until = clock_timestamp() + make_interval(secs => coalesce(step.timeout_seconds, 15) + 15), updated_at = now()
  where s.id = saga.id
  returning s.* into saga;
  return core.claimed_document(saga, step);
end;
$$;
comment on function core.claim_saga(uuid, bigint) is 'See public.claim_saga.';
grant execute on function core.claim_saga(uuid, bigint) to service_role;

create function core.leased_saga(saga_id uuid, lease_token uuid) returns core.sagas
language plpgsql volatile
set search_path = ''
as $$
declare
  saga core.sagas;
begin
  perform core.require_service();
  select s.* into saga from core.sagas s
  where s.id = saga_id and s.lease_token = leased_saga.lease_token for no key update;
  if not found then
    perform core.raise_error(409, 'lease_lost', 'This saga has gone on without this worker.');
  end if;
  return saga;
end;
$$;
comment on function core.leased_saga(uuid, uuid) is 'The saga, locked, for the worker whose turn it is. PT409 lease_lost.';

create function core.plan_saga(saga_id uuid, lease_token uuid, version int, steps jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  saga core.sagas := core.leased_saga(saga_id, lease_token);
begin
  if saga.version is not null or jsonb_typeof(steps) is distinct from 'array' or jsonb_array_length(steps) not between 1 and 50 then
    perform core.raise_error(422, 'invalid_input', 'A saga is planned once, with 1 to 50 steps.', '{"field": "steps"}');
  end if;
  insert into core.saga_steps (saga_id, position, name, compensable, timeout_seconds, max_attempts, max_compensation_attempts,
    backoff_seconds, idempotency_key)
  select saga.id, n, step ->> 'name', (step ->> 'compensable')::boolean, (step ->> 'timeout_seconds')::int,
    (step ->> 'max_attempts')::int, (step ->> 'max_compensation_attempts')::int, (step ->> 'backoff_seconds')::numeric,
    format('saga:%s:%s', saga.id, n)
  from jsonb_array_elements(steps) with ordinality as listed (step, n);
  update core.sagas s
  set version = plan_saga.version, step_count = jsonb_array_length(steps), current_step = 1, lease_token = null, leased_until = null
  where s.id = saga.id;
  return core.claim_saga(saga.id, saga.turn);
end;
$$;
comment on function core.plan_saga(uuid, uuid, int, jsonb) is 'See public.plan_saga.';
grant execute on function core.plan_saga(uuid, uuid, int, jsonb) to service_role;

-- recording ----------------------------------------------------------------------------------------------------------

create function core.record_saga_step(saga_id uuid, lease_token uuid, output jsonb, more boolean) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  saga core.sagas := core.leased_saga(saga_id, lease_token);
  step text;
begin
  if pg_column_size(output) > 65536 then
    perform core.raise_error(422, 'invalid_input', 'A step answers at most 64 kB: keep the rest where it belongs, and answer its id.',
      '{"field": "output"}');
  elsif more then
    update core.saga_steps t
    set progress = record_saga_step.output, slice = t.slice + 1, error = null,
      attempts = case saga.status when 'running' then 0 else t.attempts end, compensation_attempts = 0
    where t.saga_id = saga.id and t.position = saga.current_step;
    perform core.hand_on_saga(saga);
  elsif saga.status = 'running' then
    update core.saga_steps t
    set status = 'done', output = coalesce(record_saga_step.output, 'null'), error = null, finished_at = now()
    where t.saga_id = saga.id and t.position = saga.current_step
    returning t.name into step;
    perform core.tell_saga(saga, 'saga.step_done', step);
    if saga.cancelled_at is not null then
      perform core.compensate_saga(saga, core.saga_cancelled());
    elsif saga.current_step = saga.step_count then
      perform core.end_saga(saga, 'done');
    else
      update core.sagas s set current_step = saga.current_step + 1 where s.id = saga.id;
      perform core.hand_on_saga(saga);
    end if;
  else
    update core.saga_steps t set status = 'compensated', finished_at = now()
    where t.saga_id = saga.id and t.position = saga.current_step;
    perform core.compensate_next(saga);
  end if;
  return (select s.status from core.sagas s where s.id = saga.id);
end;
$$;
comment on function core.record_saga_step(uuid, uuid, jsonb, boolean) is 'See public.record_saga_step.';
grant execute on function core.record_saga_step(uuid, uuid, jsonb, boolean) to service_role;

create function core.fail_saga_step(saga_id uuid, lease_token uuid, error jsonb, final boolean) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  saga core.sagas := core.leased_saga(saga_id, lease_token);
  told jsonb := jsonb_build_object('code', left(error ->> 'code', 100), 'message', left(error ->> 'message', 2000));
  step core.saga_steps;
  tried int;
begin
  update core.saga_steps t set error = told
  where t.saga_id = saga.id and t.position = saga.current_step
  returning t.* into step;
  tried := case saga.status when 'running' then step.attempts else step.compensation_attempts end;
  if saga.status = 'running' and (saga.cancelled_at is not null or coalesce(final, false) or tried >= step.max_attempts) then
    perform core.compensate_saga(saga, case when saga.cancelled_at is null then told else core.saga_cancelled() end);
  elsif saga.status = 'compensating' and tried >= step.max_compensation_attempts then
    perform core.park_saga(saga, told);
  else
    perform core.hand_on_saga(saga, core.back_off(tried, make_interval(secs => step.backoff_seconds::double precision)));
  end if;
  return (select s.status from core.sagas s where s.id = saga.id);
end;
$$;
comment on function core.fail_saga_step(uuid, uuid, jsonb, boolean) is 'See public.fail_saga_step.';
grant execute on function core.fail_saga_step(uuid, uuid, jsonb, boolean) to service_role;

create function core.give_up_saga(saga_id uuid, lease_token uuid, error jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform core.park_saga(core.leased_saga(saga_id, lease_token),
    jsonb_build_object('code', left(error ->> 'code', 100), 'message', left(error ->> 'message', 2000)));
end;
$$;
comment on function core.give_up_saga(uuid, uuid, jsonb) is 'See public.give_up_saga.';
grant execute on function core.give_up_saga(uuid, uuid, jsonb) to service_role;

create function core.check_saga_step() returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  shown text := core.request_headers() ->> 'x-saga-step';
begin
  perform from core.sagas s
  where s.id = core.uuid_or_null(split_part(shown, ':', 1)) and s.lease_token = core.uuid_or_null(split_part(shown, ':', 2))
  for share;
  if not found then
    perform core.raise_error(409, 'lease_lost', 'The saga has gone on without this step.');
  end if;
end;
$$;
comment on function core.check_saga_step() is
  'The fence: a command that comes from a saga''s step holds the saga until it commits, and is refused once the saga has '
  'gone on. core.recall asks it.';
