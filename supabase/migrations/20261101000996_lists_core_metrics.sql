-- All figures of the platform, or an organization's own, as rows: what GET /platform/metrics answers in Prometheus text.
--
-- A scrape costs the same however long the tables are: every figure is a counter that is kept, a probe of an index, or a
-- count that stops at 100,000.

create type core.metric as (
  name text,
  kind text,
  labels jsonb,
  value double precision,
  buckets bigint[]
);
comment on type core.metric is
  'A figure: kind is counter, gauge or histogram; of a histogram value is the sum of seconds, and buckets count each by itself.';

-- what functions counted ---------------------------------------------------------------------------------------------

create function core.measured_metrics(organization_id uuid) returns setof core.metric
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select
    case m.family
      when 'requests' then 'almanac_http_request_duration_seconds'
      when 'jobs' then 'almanac_job_duration_seconds'
      when 'webhooks' then 'almanac_webhook_delivery_duration_seconds'
      when 'gateway_requests' then 'almanac_gateway_upstream_duration_seconds'
      when 'cache' then 'almanac_cache_requests_total'
      when 'plugins' then 'almanac_plugin_runs_total'
      when 'rate_limits' then 'almanac_rate_limited_total'
      when 'events' then 'almanac_events_appended_total'
    end,
    case when m.buckets is null then 'counter' else 'histogram' end,
    m.labels,
    case when m.buckets is null then m.count else m.seconds end,
    m.buckets
  from core.measures m
  where m.scope = coalesce(measured_metrics.organization_id, '00000000-0000-0000-0000-000000000000')
  order by m.family, m.labels
  limit 3100;
end;
$$;
comment on function core.measured_metrics(uuid) is 'Counters and histograms that functions and cron keep.';

-- queues and jobs ----------------------------------------------------------------------------------------------------

create function core.queue_metrics() returns setof core.metric
language plpgsql stable
set search_path = ''
as $$
declare
  named text;
  depth bigint;
  oldest timestamptz;
  dead bigint;
begin
  for named in select q.name from core.queues q order by q.name loop
    select count(*) into depth from (
      select from core.jobs j where j.queue = named and j.finished_at is null limit 100000) waiting;
    select min(coalesce(j.leased_until, j.run_at)) into oldest
    from core.jobs j where j.queue = named and j.finished_at is null;
    select count(*) into dead from (
      select from core.jobs j where j.queue = named and j.status = 'dead' limit 100000) ended;
    return query values
      ('almanac_queue_jobs', 'gauge', jsonb_build_object('queue', named), depth::float8, null::bigint[]),
      ('almanac_queue_oldest_due_seconds', 'gauge', jsonb_build_object('queue', named),
        greatest(coalesce(extract(epoch from now() - oldest), 0), 0)::float8, null),
      ('almanac_jobs_dead', 'gauge', jsonb_build_object('queue', named), dead::float8, null);
  end loop;
end;
$$;
comment on function core.queue_metrics() is 'Depth, age of the oldest due job and dead jobs of each queue.';

-- the log ------------------------------------------------------------------------------------------------------------

create function core.log_metrics() returns setof core.metric
language plpgsql stable
set search_path = ''
set enable_seqscan = off
as $$
declare
  last core.ticks;
  unseen timestamptz;
begin
  select t.* into last from core.ticks t order by t.id desc limit 1;
  -- The first by number is the oldest of those that no tick has seen, but for a transaction that is still open.
  select e.recorded_at into unseen
  from core.events e where e.transaction_id >= pg_snapshot_xmax(last.snapshot) order by e.transaction_id limit 1;
  return query values
    ('almanac_event_log_positions_total', 'counter', '{}'::jsonb,
      coalesce(pg_sequence_last_value(pg_get_serial_sequence('core.events', 'position')::regclass), 0)::float8, null::bigint[]),
    ('almanac_ticker_lag_seconds', 'gauge', '{}', greatest(coalesce(extract(epoch from now() - unseen), 0), 0)::float8, null),
    ('almanac_event_counting_lag_seconds', 'gauge', '{}', (
      select greatest(coalesce(extract(epoch from now() - min(n.created_at)), 0), 0)::float8
      from core.measured_events m
      cross join lateral (select t.created_at from core.ticks t where t.id > (m.last_tick).id order by t.id limit 1) n), null);
  return query
  select 'almanac_consumer_lag_seconds', 'gauge', jsonb_build_object('consumer', c.name),
    greatest(coalesce(extract(epoch from now() - n.created_at), 0), 0)::float8, null::bigint[]
  from core.consumers c
  left join lateral (select t.created_at from core.ticks t where t.id > c.tick_id order by t.id limit 1) n on true
  order by c.name;
  return query
  select 'almanac_partition_months_ahead', 'gauge', jsonb_build_object('table', p.parent), p.ahead::float8, null::bigint[]
  from core.partition_state() p
  union all
  select 'almanac_default_partition_rows', 'gauge', jsonb_build_object('table', p.parent), p.stray::float8, null
  from core.partition_state() p;
end;
$$;
comment on function core.log_metrics() is 'What is appended and not yet seen, lag of consumers, partitions.';

create function core.partition_state() returns table (parent text, ahead int, stray bigint)
language plpgsql stable
set search_path = ''
as $$
declare
  named record;
begin
  for named in
    select t.parent, t.default_partition
    from (values
      ('core.events', 'core.events_default'),
      ('public.audit_entries', 'core.audit_entries_default'),
      ('public.webhook_deliveries', 'core.webhook_deliveries_default')) t (parent, default_partition)
  loop
    parent := named.parent;
    ahead := (
      select count(*) from generate_series(1, 3) month
      where to_regclass(format('core.%I', split_part(named.parent, '.', 2)
        || to_char((now() at time zone 'UTC') + make_interval(months => month), '_YYYY_MM'))) is not null
    );
    execute format('select count(*) from (select from %s limit 1000) stray', named.default_partition::regclass) into stray;
    return next;
  end loop;
end;
$$;
comment on function core.partition_state() is
  'Of each log by months: how many of the coming three have their partition, and rows (1,000 at most) that found none.';

-- targets outside ----------------------------------------------------------------------------------------------------

create function core.target_metrics() returns setof core.metric
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select 'almanac_breakers', 'gauge', jsonb_build_object('kind', b.kind, 'state', b.state), count(*)::float8, null::bigint[]
  from (select split_part(o.name, ':', 1) as kind, o.state from core.breakers o limit 100000) b
  group by b.kind, b.state
  order by b.kind, b.state;
  return query
  select 'almanac_services', 'gauge', jsonb_build_object('status', s.status), count(*)::float8, null::bigint[]
  from (select r.status from public.service_registry r where r.status <> 'retired' limit 100000) s
  group by s.status
  order by s.status;
end;
$$;
comment on function core.target_metrics() is
  'Breakers by kind and state (one that never failed has no row), and registered services.';

-- work under way -----------------------------------------------------------------------------------------------------

create function core.saga_metrics(organization_id uuid) returns setof core.metric
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select 'almanac_sagas', 'gauge', jsonb_build_object('saga', g.name, 'status', g.status), count(*)::float8, null::bigint[]
  from (
    (select s.name, s.status, s.organization_id from core.sagas s where s.status in ('running', 'compensating') limit 100000)
    union all
    (select s.name, s.status, s.organization_id from core.sagas s where s.status = 'parked' limit 100000)
  ) g
  where saga_metrics.organization_id is null or g.organization_id = saga_metrics.organization_id
  group by g.name, g.status
  order by g.name, g.status;
end;
$$;
comment on function core.saga_metrics(uuid) is
  'Sagas under way and parked; what ended is among the events: saga.done, saga.undone.';

create function core.subscription_metrics(organization_id uuid) returns setof core.metric
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select 'almanac_subscriptions', 'gauge', jsonb_build_object('delivery', s.delivery, 'status', s.status), count(*)::float8, null::bigint[]
  from public.subscriptions s
  where subscription_metrics.organization_id is null or s.organization_id = subscription_metrics.organization_id
  group by s.delivery, s.status
  order by s.delivery, s.status;

  -- Of those that everybody has, the hundred that need a look most.
  return query
  select 'almanac_subscription_lag_seconds', 'gauge', jsonb_build_object('subscription', l.id, 'name', l.name), l.lag, null::bigint[]
  from (
    select s.id, s.name, greatest(coalesce(extract(epoch from clock_timestamp() - place.since), 0), 0)::float8 as lag
    from public.subscriptions s
    cross join lateral (
      -- the first tick that a lane has not delivered
      select min((select t.created_at from core.ticks t where t.id > n.acked_tick_id order by t.id limit 1)) as since
      from core.lanes n where n.subscription_id = s.id) place
    where subscription_metrics.organization_id is null or s.organization_id = subscription_metrics.organization_id
    order by lag desc, s.id
    limit 100) l;
  return query
  select r.name, 'gauge', jsonb_build_object('subscription', s.id, 'name', s.name), count(*)::float8, null::bigint[]
  from (
    (select 'almanac_subscription_waiting_events' as name, w.subscription_id
     from core.redeliveries w where w.dead_at is null and not w.replayed limit 100000)
    union all
    (select 'almanac_subscription_dead_events', d.subscription_id from core.redeliveries d where d.dead_at is not null limit 100000)
  ) r
  join public.subscriptions s on s.id = r.subscription_id
  where subscription_metrics.organization_id is null or s.organization_id = subscription_metrics.organization_id
  group by r.name, s.id, s.name
  order by count(*) desc, s.id
  limit 200;
end;
$$;
comment on function core.subscription_metrics(uuid) is
  'Subscriptions; of the hundred that lag most how far; events that wait for another attempt, and dead letters.';

-- the database -------------------------------------------------------------------------------------------------------

create function core.database_metrics() returns setof core.metric
language plpgsql stable
set search_path = ''
as $$
begin
  return query values
    ('almanac_database_bytes', 'gauge', '{}'::jsonb, pg_database_size(current_database())::float8, null::bigint[]),
    ('almanac_database_connections_limit', 'gauge', '{}', current_setting('max_connections')::float8, null);
  return query
  select 'almanac_database_connections', 'gauge', jsonb_build_object('state', coalesce(a.state, 'unknown')), count(*)::float8, null::bigint[]
  from pg_catalog.pg_stat_activity a
  where a.datname = current_database()
  group by a.state;
  return query
  select v.name, 'counter', v.labels, v.value::float8, null::bigint[]
  from pg_catalog.pg_stat_database d
  cross join lateral (values
    ('almanac_database_transactions_total', '{"outcome": "commit"}'::jsonb, d.xact_commit),
    ('almanac_database_transactions_total', '{"outcome": "rollback"}', d.xact_rollback),
    ('almanac_database_blocks_total', '{"from": "memory"}', d.blks_hit),
    ('almanac_database_blocks_total', '{"from": "disk"}', d.blks_read),
    ('almanac_database_deadlocks_total', '{}', d.deadlocks)) v (name, labels, value)
  where d.datname = current_database();
  return query
  select 'almanac_table_bytes', 'gauge', jsonb_build_object('table', format('%s.%s', t.nspname, t.relname)),
    t.bytes, null::bigint[]
  from (
    -- The estimate of the last vacuum: sizes asked of the file system would be one call a file.
    select n.nspname, c.relname, c.relpages::float8 * current_setting('block_size')::int as bytes
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and c.relpages > 0 and n.nspname !~ '^(pg_|information_schema$)'
    order by c.relpages desc, n.nspname, c.relname
    limit 20) t;
  return query select s.* from core.statement_metrics() s;
end;
$$;
comment on function core.database_metrics() is 'Size, connections, transactions, the largest tables, the slowest statements.';

create function core.statement_metrics() returns setof core.metric
language plpgsql stable
set search_path = ''
as $$
declare
  source regclass := coalesce(to_regclass('extensions.pg_stat_statements'), to_regclass('public.pg_stat_statements'));
begin
  if source is null then
    return;
  end if;
  return query execute format($query$
    select v.name, 'counter', jsonb_build_object('queryid', s.queryid::text, 'statement', s.statement), v.value, null::bigint[]
    from (
      -- Texts are normalized already, except for utility statements, which may hold passwords: those are left out.
      select p.queryid, p.calls, p.total_exec_time,
        left(regexp_replace(regexp_replace(p.query, '''[^'']*''', '?', 'g'), '\s+', ' ', 'g'), 80) as statement
      from %s p
      where p.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
        and p.query ~* '^\s*(select|insert|update|delete|with|merge)\M'
      order by p.total_exec_time desc
      limit 10) s
    cross join lateral (values
      ('almanac_statement_seconds_total', s.total_exec_time / 1000),
      ('almanac_statement_calls_total', s.calls::float8)) v (name, value)
  $query$, source);
exception when object_not_in_prerequisite_state or insufficient_privilege then
  return; -- installed, and not loaded by the server
end;
$$;
comment on function core.statement_metrics() is
  'The ten statements that took most time in all, where pg_stat_statements is there: without values, 80 characters of each.';

-- all of it ----------------------------------------------------------------------------------------------------------

create function core.metrics(organization_id uuid default null) returns setof core.metric
language plpgsql stable security definer
set search_path = ''
as $$
declare
  -- A key or a service by itself belongs to one organization.
  whose uuid := coalesce(metrics.organization_id, (core.acting_credential()).organization_id);
  ledger regprocedure := to_regprocedure('ai.metrics()');
begin
  if whose is not null then
    perform core.require(whose, 'metrics.read');
  elsif not core.is_super_admin() then
    perform core.require_service();
  end if;
  return query
  select m.* from core.measured_metrics(whose) m
  union all select m.* from core.saga_metrics(whose) m
  union all select m.* from core.subscription_metrics(whose) m;
  if whose is not null then
    return;
  end if;
  return query
  select m.* from core.queue_metrics() m
  union all select m.* from core.log_metrics() m
  union all select m.* from core.target_metrics() m
  union all select m.* from core.database_metrics() m;
  -- The ledger of model calls brings its own figures once it is there.
  if ledger is not null then
    return query execute format('select m.* from %s m', ledger);
  end if;
end;
$$;
comment on function core.metrics(uuid) is
  'All figures of the platform, for whoever runs it; those of an organization, for who has its metrics.read.';
grant execute on function core.metrics(uuid) to authenticated, service_role;

create function public.metrics(organization_id uuid default null) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select coalesce(jsonb_agg(to_jsonb(m)), '[]') from core.metrics(organization_id) m $$;
comment on function public.metrics(uuid) is
  'Figures as [{name, kind, labels, value, buckets}]: of an organization (needs metrics.read), or for the operator of all. One '
  'document, since lists are cut off at a thousand rows.';
grant execute on function public.metrics(uuid) to authenticated, service_role;
