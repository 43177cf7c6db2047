-- Upkeep of the event log: moving to another cluster, dropping what everyone has read, telling whether it is well.

create function core.rebase_event_log() returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
  horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
  new_id bigint;
begin
  lock table core.events in share row exclusive mode;
  perform from core.consumers for update;

  -- What the old cursor had not seen, and for what was appended since under the new numbers, what is younger than it.
  insert into core.jobs (queue, kind, payload, event_id, traceparent)
  select c.queue, c.kind, core.event_document(e), e.id, e.traceparent
  from core.consumers c
  left join core.ticks t on t.id = c.tick_id
  join core.events e on e.type like any (c.patterns)
    and (
      t.id is null
      or not pg_visible_in_snapshot(e.transaction_id, t.snapshot)
      or e.recorded_at > t.created_at - interval '1 minute'
    )
  order by e.position
  on conflict (queue, kind, event_id) do nothing;

  update core.events set transaction_id = '3' where transaction_id >= horizon;
  delete from core.ticks;
  insert into core.ticks (snapshot) values (pg_current_snapshot()) returning id into new_id;
  update core.consumers set tick_id = new_id;
  return new_id;
end;
$$;
comment on function core.rebase_event_log() is
  'After a logical restore: delivers what was undelivered and forgets the other cluster''s transaction numbers. tick() '
  'calls it when it sees them.';

create function core.expire_events(keep interval default '7 days') returns int
language plpgsql volatile
set search_path = ''
set lock_timeout = '1s'
as $$
declare
  -- everything before has been delivered to everyone
  delivered xid8 := (
    select pg_snapshot_xmin(t.snapshot)
    from core.ticks t
    where t.id = coalesce((select min(c.tick_id) from core.consumers c), (select max(m.id) from core.ticks m))
  );
  partition record;
  undelivered boolean;
  dropped int := 0;
begin
  keep := greatest(keep, interval '7 days');
  for partition in
    select c.oid::regclass as name
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'core.events'::regclass
      and c.relname ~ '_\d{4}_\d{2}$'
      and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' < now() - keep
  loop
    execute format('select exists (select from %s where transaction_id >= $1)', partition.name)
      into undelivered using delivered;
    continue when undelivered;
    execute format('drop table %s', partition.name);
    dropped := dropped + 1;
  end loop;
  delete from core.ticks t
  where t.id < coalesce((select min(c.tick_id) from core.consumers c), (select max(m.id) from core.ticks m));
  return dropped;
end;
$$;
comment on function core.expire_events(interval) is
  'Drops months of events, and ticks, that lie behind the slowest consumer; events are kept for seven days at least.';

create function core.event_log_health() returns table (name text, ok boolean, detail text)
language sql stable security definer
set search_path = ''
as $$
  with last as (
    select t.* from core.ticks t order by t.id desc limit 1
  )
  select 'ticks are of this cluster',
    coalesce((select pg_snapshot_xmax(l.snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) from last l), false),
    'otherwise run core.rebase_event_log()'
  union all
  select 'the ticker runs',
    not exists (
      select from core.events e, last l
      where e.transaction_id >= pg_snapshot_xmax(l.snapshot) and e.recorded_at < now() - interval '1 minute'
    ),
    'last tick ' || coalesce((select l.created_at::text from last l), 'never') || '; cron job core-pump'
  union all
  select 'consumer ' || c.name || ' keeps up',
    coalesce(next.created_at > now() - interval '1 minute', true),
    case when next.id is null then 'nothing undelivered'
      else 'undelivered since ' || next.created_at end
  from core.consumers c
  left join lateral (select t.* from core.ticks t where t.id > c.tick_id order by t.id limit 1) next on true
  union all
  select 'the default partition is empty',
    not exists (select from core.events_default),
    'otherwise move its rows and run core.ensure_month_partitions()'
  union all
  select 'next month has its partition',
    to_regclass('core.events' || to_char((now() at time zone 'UTC') + interval '1 month', '_YYYY_MM')) is not null,
    'cron job core-keep-house'
  union all
  select 'no job is dead',
    not exists (select from core.jobs j where j.status = 'dead'),
    (select count(*) from core.jobs j where j.status = 'dead') || ' dead; core.revive_jobs(queue) after the cause is mended'
$$;
comment on function core.event_log_health() is 'Whether the event log and its readers are well, one line a question.';
grant execute on function core.event_log_health() to service_role;

create function public.event_log_health() returns table (name text, ok boolean, detail text)
language sql stable security invoker
set search_path = ''
as $$ select * from core.event_log_health() $$;
comment on function public.event_log_health() is
  'For operators: whether events reach their consumers, one line a question.';
grant execute on function public.event_log_health() to service_role;

-- the platform's own jobs --------------------------------------------------------------------------------------------

select core.register_queue('platform', 'platform');
