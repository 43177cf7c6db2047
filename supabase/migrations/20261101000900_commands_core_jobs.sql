-- Enqueuing, claiming and finishing jobs; the pump that turns events into jobs and calls the workers; cron.
--
-- The facades in `public` are for workers: only service_role may execute them.

-- jobs ---------------------------------------------------------------------------------------------------------------

create function core.enqueue(
  queue text,
  kind text,
  payload jsonb,
  run_at timestamptz default now(),
  event_id uuid default null
) returns bigint
language sql volatile
set search_path = ''
as $$
  insert into core.jobs (queue, kind, payload, run_at, event_id, traceparent)
  values (enqueue.queue, enqueue.kind, coalesce(enqueue.payload, '{}'), enqueue.run_at, enqueue.event_id,
    core.traceparent_or_null(core.request_headers() ->> 'traceparent'))
  on conflict on constraint one_job_an_event do nothing
  returning id
$$;
comment on function core.enqueue(text, text, jsonb, timestamptz, uuid) is
  'Puts a job into a queue; returns its id, or null when this event''s job is there already.';

create function core.claim_jobs(queue text, max_jobs int default 10, lease_seconds int default 60)
returns table (
  id bigint,
  kind text,
  payload jsonb,
  event_id uuid,
  attempts int,
  max_attempts int,
  lease_token uuid,
  leased_until timestamptz,
  traceparent text
)
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
  token uuid := gen_random_uuid();
begin
  if max_jobs not between 1 and 1000 or lease_seconds not between 1 and 3600 then
    perform core.raise_error(422, 'invalid_input', 'Claim 1 to 1000 jobs for 1 to 3600 seconds.');
  end if;
  -- The first claim after a call of the function tells the pump that it arrived.
  update core.queues q set claimed_at = clock_timestamp()
  where q.name = claim_jobs.queue and q.claimed_at < q.posted_at;

  return query
  with due as (
    -- an abandoned lease that was the last attempt is no job any more
    select j.id, j.attempts < j.max_attempts as alive
    from core.jobs j
    where j.queue = claim_jobs.queue
      and j.finished_at is null
      and coalesce(j.leased_until, j.run_at) <= now()
    order by coalesce(j.leased_until, j.run_at)
    limit claim_jobs.max_jobs
    for update skip locked
  ), claimed as (
    update core.jobs j set
      status = case when due.alive then 'leased' else 'dead' end,
      attempts = case when due.alive then j.attempts + 1 else j.attempts end,
      lease_token = case when due.alive then token end,
      leased_until = case when due.alive then now() + make_interval(secs => lease_seconds) end,
      last_error = case when due.alive then j.last_error else coalesce(j.last_error, 'the last lease expired') end,
      finished_at = case when not due.alive then now() end
    from due
    where j.id = due.id
    returning j.*
  )
  select c.id, c.kind, c.payload, c.event_id, c.attempts, c.max_attempts, c.lease_token, c.leased_until, c.traceparent
  from claimed c
  where c.status = 'leased'
  order by c.id;
end;
$$;
comment on function core.claim_jobs(text, int, int) is 'Leases due jobs, abandoned ones included, to one worker.';
grant execute on function core.claim_jobs(text, int, int) to service_role;

create function core.raise_lease_lost() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.raise_error(409, 'lease_lost', 'The lease of this job has ended and the job went to another worker.');
end;
$$;
comment on function core.raise_lease_lost() is 'Tells a worker that it overslept.';

create function core.complete_job(id bigint, lease_token uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  update core.jobs j set status = 'done', lease_token = null, leased_until = null, finished_at = now()
  where j.id = complete_job.id and j.lease_token = complete_job.lease_token;
  if not found then
    perform core.raise_lease_lost();
  end if;
end;
$$;
comment on function core.complete_job(bigint, uuid) is
  'Ends a job as done. A lease that ran out still counts while nobody else has claimed the job.';
grant execute on function core.complete_job(bigint, uuid) to service_role;

create function core.back_off(attempts int, first interval default '1 second') returns interval
language plpgsql volatile parallel safe
set search_path = ''
as $$
begin
  -- 1 s, 2 s, 4 s … one hour, each between half and one and a half of it, so that what failed together parts
  return least(interval '1 hour', first * power(2, least(greatest(attempts, 1) - 1, 12))) * (0.5 + random());
end;
$$;
comment on function core.back_off(int, interval) is
  'How long to wait after so many attempts: `first` after one, then twice as long each time, an hour at most, with jitter.';

create function core.fail_job(id bigint, lease_token uuid, error text) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  new_status text;
begin
  update core.jobs j set
    status = case when j.attempts < j.max_attempts then 'ready' else 'dead' end,
    run_at = now() + core.back_off(j.attempts),
    lease_token = null,
    leased_until = null,
    last_error = left(fail_job.error, 2000),
    finished_at = case when j.attempts < j.max_attempts then null else now() end
  where j.id = fail_job.id and j.lease_token = fail_job.lease_token
  returning j.status into new_status;
  if not found then
    perform core.raise_lease_lost();
  end if;
  return new_status;
end;
$$;
comment on function core.fail_job(bigint, uuid, text) is
  'Puts a job back for later, or ends it as dead after its last attempt; returns which.';
grant execute on function core.fail_job(bigint, uuid, text) to service_role;

create function core.extend_job(id bigint, lease_token uuid, seconds int) returns timestamptz
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  new_end timestamptz;
begin
  update core.jobs j set leased_until = now() + make_interval(secs => least(greatest(seconds, 1), 3600))
  where j.id = extend_job.id and j.lease_token = extend_job.lease_token
  returning j.leased_until into new_end;
  if not found then
    perform core.raise_lease_lost();
  end if;
  return new_end;
end;
$$;
comment on function core.extend_job(bigint, uuid, int) is 'Prolongs a lease, counted from now; returns its new end.';
grant execute on function core.extend_job(bigint, uuid, int) to service_role;

create function core.revive_jobs(queue text) returns int
language sql volatile
set search_path = ''
as $$
  with revived as (
    update core.jobs j set status = 'ready', attempts = 0, run_at = now(), finished_at = null
    where j.queue = revive_jobs.queue and j.status = 'dead'
    returning 1
  )
  select count(*)::int from revived
$$;
comment on function core.revive_jobs(text) is
  'Gives the dead jobs of a queue another life, once their cause is mended.';

-- facades ------------------------------------------------------------------------------------------------------------

create function public.claim_jobs(queue text, max_jobs int default 10, lease_seconds int default 60)
returns table (
  id bigint,
  kind text,
  payload jsonb,
  event_id uuid,
  attempts int,
  max_attempts int,
  lease_token uuid,
  leased_until timestamptz,
  traceparent text
)
language sql volatile security invoker
set search_path = ''
as $$ select * from core.claim_jobs(queue, max_jobs, lease_seconds) $$;
comment on function public.claim_jobs(text, int, int) is 'For workers: leases due jobs of a queue.';
grant execute on function public.claim_jobs(text, int, int) to service_role;

create function public.complete_job(id bigint, lease_token uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.complete_job(id, lease_token) $$;
comment on function public.complete_job(bigint, uuid) is
  'For workers: ends a leased job as done; 409 lease_lost when it went to another.';
grant execute on function public.complete_job(bigint, uuid) to service_role;

create function public.fail_job(id bigint, lease_token uuid, error text) returns text
language sql volatile security invoker
set search_path = ''
as $$ select core.fail_job(id, lease_token, error) $$;
comment on function public.fail_job(bigint, uuid, text) is
  'For workers: puts a leased job back for a later attempt, or ends it as dead.';
grant execute on function public.fail_job(bigint, uuid, text) to service_role;

create function public.extend_job(id bigint, lease_token uuid, seconds int) returns timestamptz
language sql volatile security invoker
set search_path = ''
as $$ select core.extend_job(id, lease_token, seconds) $$;
comment on function public.extend_job(bigint, uuid, int) is
  'For workers: prolongs the lease of a job that takes longer.';
grant execute on function public.extend_job(bigint, uuid, int) to service_role;

-- the pump -----------------------------------------------------------------------------------------------------------

create function core.call_workers() returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  queue core.queues;
  url text;
  called int := 0;
begin
  for queue in
    select q.* from core.queues q
    -- The minimum is one probe of the index; `exists` is planned as a join that reads the whole backlog.
    where (
        select min(coalesce(j.leased_until, j.run_at)) from core.jobs j where j.queue = q.name and j.finished_at is null
      ) <= now()
      -- A call that no claim has answered is still on its way, for a while.
      and (q.claimed_at >= q.posted_at or q.posted_at < now() - interval '10 seconds')
      -- Every live lease token is a worker at work.
      and q.max_workers > (
        select count(distinct j.lease_token) from core.jobs j
        where j.queue = q.name
          and j.finished_at is null
          and j.leased_until is not null
          and coalesce(j.leased_until, j.run_at) > now()
      )
    for update skip locked
  loop
    url := core.secret('project_url');
    exit when url is null;
    -- Nobody waits for the answer: the worker's claims and completions are the answer.
    perform net.http_post(
      url := format('%s/functions/v1/%s/jobs', rtrim(url, '/'), queue.function_name),
      body := jsonb_build_object('queue', queue.name),
      headers := jsonb_build_object('Content-Type', 'application/json', 'apikey', coalesce(core.secret('jobs_key'), '')),
      timeout_milliseconds := 5000);
    update core.queues q set posted_at = clock_timestamp() where q.name = queue.name;
    called := called + 1;
  end loop;
  return called;
end;
$$;
comment on function core.call_workers() is
  'Calls the Edge Function of each queue with due jobs, unless a call is on its way or enough workers are at work.';

create function core.pump() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.tick();
  perform core.dispatch();
  -- What has become jobs stays so when a worker cannot be called: a missing secret, the network's extension.
  begin
    perform core.call_workers();
    perform core.call_webhook_worker();
  exception when others then
    raise warning 'no worker was called: %', sqlerrm;
  end;
end;
$$;
comment on function core.pump() is 'Once a second: what committed becomes jobs, and jobs get their workers.';

create function core.keep_house() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.forget_idempotency_keys();
  -- Done jobs are kept as long as events at least: they tell a second delivery from the first.
  delete from core.jobs
  where finished_at < now() - interval '7 days' and (status = 'done' or finished_at < now() - interval '30 days');
  delete from cron.job_run_details where end_time < now() - interval '1 day';
  -- Last, for it locks the logs until it commits.
  begin
    perform core.ensure_month_partitions('core.events', 'core', 3);
    perform core.ensure_audit_partitions();
    perform core.expire_events();
    perform core.keep_webhooks();
  exception when lock_not_available then
    raise warning 'a long transaction is in the way: partitions are kept in an hour';
  end;
end;
$$;
comment on function core.keep_house() is 'Hourly: partitions ahead, and an end to what has been kept long enough.';

select cron.schedule('core-pump', '1 seconds', 'select core.pump()');
select cron.schedule('core-keep-house', '7 * * * *', 'select core.keep_house()');
