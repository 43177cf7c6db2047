-- Whether the platform is well: what GET /platform/health and /platform/ready ask.
--
-- failed: requests should go nowhere near it (503). degraded: they are answered as ever, but somebody has to look (200):
-- a load balancer that took an instance away for a dead job would take away all of them, for they share one database.

create type core.health_check as (
  name text,
  status text,
  detail text
);
comment on type core.health_check is 'status: ok, degraded or failed. detail: for operators only.';

create function core.check_event_log() returns core.health_check
language plpgsql stable
set search_path = ''
set enable_seqscan = off
as $$
declare
  next_number xid8 := pg_snapshot_xmax(pg_current_snapshot());
  last_event xid8 := (select e.transaction_id from core.events e order by e.transaction_id desc limit 1);
  last_tick xid8 := (select pg_snapshot_xmax(t.snapshot) from core.ticks t order by t.id desc limit 1);
begin
  -- An event of a transaction that this cluster has not reached yet came with a restore; of this very one is fine.
  return (
    'event_log',
    case
      when last_event < next_number or last_event = pg_current_xact_id_if_assigned() or last_event is null
      then case when coalesce(last_tick <= next_number, false) then 'ok' else 'failed' end
      else 'failed'
    end,
    format('events up to transaction %s, ticks up to %s, this cluster is at %s; after a restore run core.rebase_event_log()',
      coalesce(last_event::text, 'none'), coalesce(last_tick::text, 'none'), next_number))::core.health_check;
end;
$$;
comment on function core.check_event_log() is
  'Whether the numbers of transactions in the log are of this cluster: after a logical restore they are not, and consumers '
  'would miss what is appended.';

create function core.check_ticker() returns core.health_check
language plpgsql stable
set search_path = ''
as $$
declare
  lag float8 := (select max(m.value) from core.log_metrics() m where m.name in ('almanac_ticker_lag_seconds', 'almanac_consumer_lag_seconds'));
begin
  return ('ticker', case when lag > 60 then 'degraded' else 'ok' end,
    format('the oldest event that a consumer has not got waits for %s s; cron job core-pump', round(lag)))::core.health_check;
end;
$$;
comment on function core.check_ticker() is 'Whether events reach the jobs of their consumers within a minute.';

create function core.check_cron() returns core.health_check
language plpgsql stable
set search_path = ''
as $$
declare
  last_run timestamptz := (
    select max(r.start_time)
    from (select d.jobid, d.start_time, d.status from cron.job_run_details d order by d.runid desc limit 500) r
    join cron.job j on j.jobid = r.jobid
    where j.jobname = 'core-pump' and r.status <> 'failed'
  );
begin
  return ('cron', case when last_run > clock_timestamp() - interval '1 minute' then 'ok' else 'degraded' end,
    format('core-pump ran at %s', coalesce(last_run::text, 'no time')))::core.health_check;
end;
$$;
comment on function core.check_cron() is 'Whether the recurring work is run.';

create function core.check_queues() returns setof core.health_check
language plpgsql stable
set search_path = ''
as $$
declare
  late text;
  dead text;
begin
  select string_agg(m.labels ->> 'queue', ', ') filter (where m.name = 'almanac_queue_oldest_due_seconds' and m.value > 300),
    string_agg(format('%s (%s)', m.labels ->> 'queue', m.value), ', ') filter (where m.name = 'almanac_jobs_dead' and m.value > 0)
  into late, dead
  from core.queue_metrics() m;
  return query values
    ('queue_lag', case when late is null then 'ok' else 'degraded' end, 'due for more than five minutes: ' || coalesce(late, 'nothing')),
    ('dead_letters', case when dead is null then 'ok' else 'degraded' end,
      'dead jobs: ' || coalesce(dead || '; core.revive_jobs(queue) after the cause is mended', 'none'));
end;
$$;
comment on function core.check_queues() is 'Whether jobs are worked, and none died.';

create function core.check_partitions() returns setof core.health_check
language plpgsql stable
set search_path = ''
as $$
declare
  missing text;
  stray text;
begin
  select string_agg(p.parent, ', ') filter (where p.ahead = 0), string_agg(p.parent, ', ') filter (where p.stray > 0)
  into missing, stray
  from core.partition_state() p;
  return query values
    ('partitions', case when missing is null then 'ok' else 'degraded' end,
      'without a partition for next month: ' || coalesce(missing || '; cron job core-keep-house', 'none')),
    ('default_partitions', case when stray is null then 'ok' else 'degraded' end,
      'rows outside of any month: ' || coalesce(stray || '; core.keep_house() makes the month and moves them', 'none'));
end;
$$;
comment on function core.check_partitions() is 'Whether the months ahead have partitions, and no row had to go without one.';

-- What an organization let break is its own affair: it has figures and events of that, and the platform is not ill for it.
create function core.check_dependencies() returns setof core.health_check
language plpgsql stable
set search_path = ''
as $$
declare
  services text;
  breakers text;
begin
  select string_agg(r.name, ', ' order by r.name) into services
  from public.service_registry r where r.organization_id is null and r.status = 'degraded';
  select string_agg(o.name, ', ' order by o.name) into breakers
  from (
    select b.name from core.breakers b
    where b.state <> 'closed' and not (
      starts_with(b.name, 'webhook:')
      or exists (
        select from public.service_registry r
        where r.id = core.uuid_or_null(split_part(b.name, ':', 2)) and r.organization_id is not null))
    order by b.name limit 20) o;
  return query values
    ('dependencies', case when services is null then 'ok' else 'degraded' end,
      'services of the platform that do not answer: ' || coalesce(services, 'none')),
    ('breakers', case when breakers is null then 'ok' else 'degraded' end, 'not closed: ' || coalesce(breakers, 'none'));
end;
$$;
comment on function core.check_dependencies() is 'Whether what the platform itself calls answers.';

create function core.platform_health() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  checks jsonb;
begin
  perform core.require_service();
  select jsonb_agg(to_jsonb(c)) into checks
  from (
    select l.* from core.check_event_log() l
    union all select t.* from core.check_ticker() t
    union all select r.* from core.check_cron() r
    union all select q.* from core.check_queues() q
    union all select p.* from core.check_partitions() p
    union all select d.* from core.check_dependencies() d
  ) c;
  return jsonb_build_object('now', clock_timestamp(), 'checks', checks);
end;
$$;
comment on function core.platform_health() is 'Each check of the platform, with what an operator needs to know.';
grant execute on function core.platform_health() to service_role;

create function public.platform_health() returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.platform_health() $$;
comment on function public.platform_health() is
  'For the function `platform` and for operators: {now, checks: [{name, status, detail}]}, status being ok, degraded or failed.';
grant execute on function public.platform_health() to service_role;

-- readiness ----------------------------------------------------------------------------------------------------------

create function core.platform_readiness(migration text) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  newest text;
  unset text;
  idle text;
begin
  perform core.require_service();
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    execute 'select max(version) from supabase_migrations.schema_migrations' into newest;
  end if;
  select string_agg(s.name, ', ') into unset
  from unnest(array['project_url', 'jobs_key', 'guest_link_key']) s (name)
  where coalesce(core.secret(s.name), '') = '';
  select string_agg(n.name, ', ') into idle
  from unnest(array['core-pump', 'core-keep-house']) n (name)
  where not exists (select from cron.job j where j.jobname = n.name and j.active);
  return jsonb_build_array(
    -- Newer is fine: migrations are deployed before functions.
    jsonb_build_object('name', 'migrations', 'status', case when newest >= migration then 'ok' else 'failed' end,
      'detail', format('applied up to %s, this code needs %s', coalesce(newest, 'none'), migration)),
    jsonb_build_object('name', 'vault', 'status', case when unset is null then 'ok' else 'failed' end,
      'detail', 'not set: ' || coalesce(unset, 'none')),
    jsonb_build_object('name', 'schedules', 'status', case when idle is null then 'ok' else 'failed' end,
      'detail', 'not scheduled: ' || coalesce(idle, 'none')));
end;
$$;
comment on function core.platform_readiness(text) is
  'Whether the database has what this release needs: the newest migration its code was written for, secrets, schedules.';
grant execute on function core.platform_readiness(text) to service_role;

create function public.platform_readiness(migration text) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.platform_readiness(migration) $$;
comment on function public.platform_readiness(text) is
  'For the function `platform` and for operators: [{name, status, detail}] of what has to be there before the first request.';
grant execute on function public.platform_readiness(text) to service_role;
