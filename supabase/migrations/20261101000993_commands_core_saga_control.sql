-- Starting sagas, looking at them, cancelling and resuming them; and what keeps them going.

-- starting -----------------------------------------------------------------------------------------------------------

create function core.begin_saga(
  organization_id uuid,
  name text,
  input jsonb,
  subject_type text default null,
  subject_id uuid default null,
  permission text default null,
  idempotency_key text default null,
  queue text default 'platform'
) returns core.sagas
language plpgsql volatile
set search_path = ''
as $$
declare
  headers jsonb := core.request_headers();
  new_id uuid := core.uuid_v7();
  saga core.sagas;
begin
  if length(idempotency_key) not between 1 and 200 then
    perform core.raise_error(400, 'invalid_idempotency_key', 'An idempotency key has 1 to 200 characters.');
  end if;
  insert into core.sagas as s
    (id, organization_id, name, queue, input, subject_type, subject_id, permission, created_by, caller, idempotency_key,
      correlation_id, traceparent)
  values (
    new_id, begin_saga.organization_id, begin_saga.name, begin_saga.queue, coalesce(begin_saga.input, '{}'),
    begin_saga.subject_type, begin_saga.subject_id, begin_saga.permission,
    (select p.id from public.profiles p where p.id = auth.uid()), core.caller(), begin_saga.idempotency_key,
    coalesce(core.uuid_or_null(headers ->> 'x-correlation-id'), core.uuid_or_null(headers ->> 'x-request-id'), new_id),
    core.traceparent_or_null(headers ->> 'traceparent'))
  on conflict do nothing
  returning s.* into saga;
  if saga.id is null then
    select s.* into strict saga from core.sagas s
    where coalesce(s.organization_id, core.nil_uuid()) = coalesce(begin_saga.organization_id, core.nil_uuid())
      and s.name = begin_saga.name and s.caller = core.caller() and s.idempotency_key = begin_saga.idempotency_key;
    if saga.input <> coalesce(begin_saga.input, '{}') then
      perform core.raise_error(409, 'idempotency_mismatch', 'This idempotency key was used for another request.');
    end if;
    return saga;
  end if;
  update core.sagas s set job_id = core.enqueue_saga(s, s.turn, now()) where s.id = new_id returning s.* into saga;
  perform core.tell_saga(saga, 'saga.started');
  perform core.audit(saga.organization_id, 'saga.start', 'saga', saga.id, null, jsonb_build_object('name', saga.name, 'input', saga.input));
  return saga;
end;
$$;
comment on function core.begin_saga(uuid, text, jsonb, text, uuid, text, text, text) is
  'Starts a saga in the transaction of the command that wants it; the same key is the same saga, for good. `permission`: '
  'what its starter needed.';

create function core.start_saga(
  organization_id uuid, name text, input jsonb, subject_type text, subject_id uuid, idempotency_key text, queue text
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  saga core.sagas;
  field text;
begin
  perform core.require_service();
  field := case
    when name is null or name !~ '^[a-z][a-z0-9_]{0,59}$' then 'name'
    when jsonb_typeof(input) <> 'object' or pg_column_size(input) > 65536 then 'input'
    when (subject_type is null) <> (subject_id is null) then 'subject_id'
    when not exists (select from core.queues q where q.name = start_saga.queue) then 'queue'
    when organization_id is not null and not exists (select from public.organizations o where o.id = start_saga.organization_id)
      then 'organization_id'
  end;
  if field is not null then
    perform core.raise_error(422, 'invalid_input', format('%s does not fit a saga.', field), jsonb_build_object('field', field));
  end if;
  saga := core.begin_saga(organization_id, name, input, subject_type, subject_id, null, idempotency_key, queue);
  return core.saga_document(saga);
end;
$$;
comment on function core.start_saga(uuid, text, jsonb, text, uuid, text, text) is 'See public.start_saga.';
grant execute on function core.start_saga(uuid, text, jsonb, text, uuid, text, text) to service_role;

-- looking ------------------------------------------------------------------------------------------------------------

create function core.saga_document(saga core.sagas) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', saga.id, 'organization_id', saga.organization_id, 'name', saga.name, 'version', saga.version,
    'status', saga.status, 'input', saga.input, 'subject_type', saga.subject_type, 'subject_id', saga.subject_id,
    'current_step', (select t.name from core.saga_steps t where t.saga_id = saga.id and t.position = saga.current_step),
    'step_count', saga.step_count, 'error', saga.error, 'cancelled_at', saga.cancelled_at, 'created_by', saga.created_by,
    'correlation_id', saga.correlation_id, 'run_at', case when saga.finished_at is null then saga.run_at end,
    'created_at', saga.created_at, 'updated_at', saga.updated_at, 'finished_at', saga.finished_at);
end;
$$;
comment on function core.saga_document(core.sagas) is 'A saga as it is answered.';

create function core.saga_steps_document(saga core.sagas) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(
    (select jsonb_agg(to_jsonb(t) - array['saga_id', 'idempotency_key', 'compensable', 'timeout_seconds', 'backoff_seconds']
      order by t.position)
    from core.saga_steps t where t.saga_id = saga.id), '[]');
end;
$$;
comment on function core.saga_steps_document(core.sagas) is 'The steps of a saga as they are answered; none before it is planned.';

create function core.may_see_saga(saga core.sagas) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return core.has_permission(saga.organization_id, 'organization.manage')
    or coalesce(saga.created_by = auth.uid(), false)
      and (saga.organization_id is null or core.has_permission(saga.organization_id, coalesce(saga.permission, 'organization.read')));
end;
$$;
comment on function core.may_see_saga(core.sagas) is
  'Members with organization.manage; who started it, as long as they could start it again.';

create function core.find_saga(saga_id uuid) returns core.sagas
language plpgsql stable
set search_path = ''
as $$
declare
  saga core.sagas;
begin
  select s.* into saga from core.sagas s where s.id = saga_id;
  if saga.id is null or not core.may_see_saga(saga) then
    perform core.raise_error(404, 'not_found', 'There is no such saga.');
  end if;
  return saga;
end;
$$;
comment on function core.find_saga(uuid) is 'The saga, if the caller may see it. PT404.';

create function core.get_saga(saga_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  saga core.sagas := core.find_saga(saga_id);
begin
  return core.saga_document(saga) || jsonb_build_object('steps', core.saga_steps_document(saga));
end;
$$;
comment on function core.get_saga(uuid) is 'See public.get_saga.';
grant execute on function core.get_saga(uuid) to authenticated, service_role;

create function core.list_sagas(
  organization_id uuid, status text, name text, before_time timestamptz, before_id uuid, max_sagas int
) returns setof jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  all_of_them boolean := core.has_permission(organization_id, 'organization.manage');
  me uuid := auth.uid();
begin
  if not core.is_member_or_service(organization_id) then
    perform core.require(organization_id, 'organization.manage');
  elsif max_sagas not between 1 and 1000 then
    perform core.raise_error(422, 'invalid_input', 'Ask for 1 to 1,000 at once.', '{"field": "max_sagas"}');
  end if;
  return query
    select core.saga_document(s)
    from core.sagas s
    where s.organization_id = list_sagas.organization_id
      and (all_of_them or s.created_by = me and core.may_see_saga(s))
      and (list_sagas.status is null or s.status = list_sagas.status)
      and (list_sagas.name is null or s.name = list_sagas.name)
      and (before_time is null or (s.created_at, s.id) < (before_time, before_id))
    order by s.created_at desc, s.id desc
    limit max_sagas;
end;
$$;
comment on function core.list_sagas(uuid, text, text, timestamptz, uuid, int) is 'See public.list_sagas.';
grant execute on function core.list_sagas(uuid, text, text, timestamptz, uuid, int) to authenticated, service_role;

create function core.may_hear_saga(topic text) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  saga core.sagas;
begin
  if topic !~ '^saga:' then
    return false;
  end if;
  select s.* into saga from core.sagas s where s.id = core.uuid_or_null(substr(topic, 6));
  return saga.id is not null and core.may_see_saga(saga);
end;
$$;
comment on function core.may_hear_saga(text) is 'Whether a topic saga:<id> is that of one which the caller may see.';
grant execute on function core.may_hear_saga(text) to authenticated;

create policy "those who may see a saga hear how it goes" on realtime.messages
  for select to authenticated using (extension = 'broadcast' and (select core.may_hear_saga((select realtime.topic()))));

-- for people ---------------------------------------------------------------------------------------------------------

create function core.check_reason(reason text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if coalesce(length(btrim(reason)), 0) not between 1 and 1000 then
    perform core.raise_error(422, 'invalid_input', 'Say why, in at most 1,000 characters.', '{"field": "reason"}');
  end if;
end;
$$;
comment on function core.check_reason(text) is 'PT422 invalid_input unless there is a reason of sensible length.';

create function core.cancel_saga(saga_id uuid, reason text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  saga core.sagas := core.find_saga(saga_id);
begin
  perform core.check_reason(reason);
  select s.* into saga from core.sagas s where s.id = saga.id for no key update;
  if saga.finished_at is not null or saga.status = 'parked' and saga.previous_status = 'compensating' then
    perform core.raise_error(409, 'saga_not_running', 'Only what is still under way can be cancelled.',
      jsonb_build_object('saga_status', saga.status));
  elsif saga.status = 'compensating' then
    return core.get_saga(saga.id);
  end if;
  if saga.cancelled_at is null then
    update core.sagas s set cancelled_at = now(), updated_at = now() where s.id = saga.id returning s.* into saga;
    perform core.tell_saga(saga, 'saga.cancelled');
    perform core.audit(saga.organization_id, 'saga.cancel', 'saga', saga.id,
      jsonb_build_object('status', saga.status), jsonb_build_object('reason', reason));
  end if;
  -- A step that is being done is let finish, within its time: what it does outside could not be called back.
  if saga.lease_token is null or saga.leased_until < clock_timestamp() then
    perform core.compensate_saga(saga, core.saga_cancelled());
  end if;
  return core.get_saga(saga.id);
end;
$$;
comment on function core.cancel_saga(uuid, text) is 'See public.cancel_saga.';
grant execute on function core.cancel_saga(uuid, text) to authenticated, service_role;

create function core.resume_saga(saga_id uuid, decision text, reason text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  saga core.sagas := core.find_saga(saga_id);
  error jsonb;
  step core.saga_steps;
begin
  perform core.require(saga.organization_id, 'organization.manage');
  perform core.check_reason(reason);
  select s.* into saga from core.sagas s where s.id = saga.id for no key update;
  if saga.status <> 'parked' then
    perform core.raise_error(409, 'saga_not_parked', 'Only a parked saga waits for a decision.',
      jsonb_build_object('saga_status', saga.status));
  elsif decision is null or decision not in ('retry', 'skip') or decision = 'skip' and saga.current_step is null then
    perform core.raise_error(422, 'invalid_input', 'Retry the step, or skip it where there is one.', '{"field": "decision"}');
  end if;
  error := saga.error;
  update core.saga_steps t set
    attempts = case saga.previous_status when 'running' then 0 else t.attempts end,
    compensation_attempts = 0,
    status = case
      when decision = 'skip' then 'skipped'
      when saga.previous_status = 'compensating' then 'compensating'
      when t.slice > 0 then 'running'
      else 'pending'
    end,
    finished_at = case when decision = 'skip' then now() end
  where t.saga_id = saga.id and t.position = saga.current_step
  returning t.* into step;
  update core.sagas s
  set status = s.previous_status, error = case s.previous_status when 'compensating' then s.error end, updated_at = now()
  where s.id = saga.id
  returning s.* into saga;
  perform core.tell_saga(saga, 'saga.resumed', step.name);
  perform core.audit(saga.organization_id, 'saga.resume', 'saga', saga.id,
    jsonb_build_object('step', step.name, 'error', error),
    jsonb_build_object('decision', decision, 'reason', reason));
  if decision = 'retry' then
    perform core.hand_on_saga(saga);
  elsif saga.status = 'compensating' then
    perform core.compensate_next(saga);
  elsif saga.current_step = saga.step_count then
    perform core.end_saga(saga, 'done');
  else
    update core.sagas s set current_step = s.current_step + 1 where s.id = saga.id;
    perform core.hand_on_saga(saga);
  end if;
  return core.get_saga(saga.id);
end;
$$;
comment on function core.resume_saga(uuid, text, text) is 'See public.resume_saga.';
grant execute on function core.resume_saga(uuid, text, text) to authenticated, service_role;

-- upkeep -------------------------------------------------------------------------------------------------------------

create function core.wake_sagas() returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  saga core.sagas;
  woken int := 0;
begin
  for saga in
    select s.* from core.sagas s
    where s.status in ('running', 'compensating')
      and s.run_at < now() - interval '1 minute'
      and coalesce(s.leased_until, s.run_at) < now() - interval '1 minute'
    order by s.id
    for no key update skip locked
  loop
    continue when (select j.finished_at is null from core.jobs j where j.id = saga.job_id);
    update core.sagas s set job_id = core.enqueue_saga(s, s.turn, now()) where s.id = saga.id;
    woken := woken + 1;
  end loop;
  return woken;
end;
$$;
comment on function core.wake_sagas() is
  'Every minute: a new job for each saga whose job is dead or gone. It should find none.';

create function core.forget_sagas() returns void
language sql volatile
set search_path = ''
as $$ delete from core.sagas where finished_at < now() - interval '90 days' $$;
comment on function core.forget_sagas() is 'Sagas that are over are kept for 90 days.';

select cron.schedule('core-sagas', '* * * * *', 'select core.wake_sagas()');
select cron.schedule('core-sagas-over', '23 3 * * *', 'select core.forget_sagas()');
