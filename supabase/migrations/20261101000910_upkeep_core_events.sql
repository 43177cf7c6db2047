-- Upkeep of the event log: moving to another cluster, dropping what everyone has read, telling whether it is well.
--
-- Its readers are consumers (jobs) and the lanes of subscriptions. One that has not read for longer than the log is kept is
-- told of, and waited for no more; the log is never cut before any other.

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
  perform from core.lanes l order by l.subscription_id, l.member for update;

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
  perform core.rebase_lanes();

  update core.events set transaction_id = '3' where transaction_id >= horizon;
  delete from core.ticks;
  insert into core.ticks (snapshot) values (pg_current_snapshot()) returning id into new_id;
  update core.consumers set tick_id = new_id;
  update core.lanes set acked_tick_id = new_id, tick_id = new_id;
  return new_id;
end;
$$;
comment on function core.rebase_event_log() is
  'After a logical restore: delivers what was undelivered and forgets the other cluster''s transaction numbers. tick() '
  'calls it when it sees them.';

-- retention ----------------------------------------------------------------------------------------------------------

create function core.thin_ticks(oldest bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- A reader chooses its next tick under the lock of its own row: none may go meanwhile.
  perform from core.consumers for update;
  perform from core.lanes l order by l.subscription_id, l.member for update;
  delete from core.ticks t
  using (
    select k.id, lag(date_trunc('minute', k.created_at)) over (order by k.id) = date_trunc('minute', k.created_at) as crowded
    from core.ticks k
  ) place
  where t.id = place.id
    and (t.id < oldest or (place.crowded and t.created_at < now() - interval '1 hour'))
    and t.id <> (select max(m.id) from core.ticks m)
    and t.id not in (
      select c.tick_id from core.consumers c
      union all select l.acked_tick_id from core.lanes l
      union all select l.tick_id from core.lanes l
      union all select l.to_tick_id from core.lanes l where l.to_tick_id is not null
    );
end;
$$;
comment on function core.thin_ticks(bigint) is
  'Deletes the ticks behind all readers, and of those older than an hour all but one a minute. One that a reader stands on stays.';

create function core.expire_events(keep interval default null) returns int
language plpgsql volatile
set search_path = ''
set lock_timeout = '1s'
as $$
declare
  oldest bigint;
  delivered xid8;
  partition record;
  undelivered boolean;
  dropped int := 0;
begin
  keep := greatest(coalesce(keep, nullif(current_setting('almanac.keep_events', true), '')::interval), interval '7 days');
  perform core.leave_behind(keep);
  oldest := coalesce(
    least(
      (select min(c.tick_id) from core.consumers c),
      (select min(l.acked_tick_id) from core.lanes l join public.subscriptions s on s.id = l.subscription_id where s.status <> 'behind')),
    (select max(m.id) from core.ticks m));
  -- everything before has been delivered to everyone
  delivered := (select pg_snapshot_xmin(t.snapshot) from core.ticks t where t.id = oldest);
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
    perform core.note_missed(partition.name);
    execute format('drop table %s', partition.name);
    dropped := dropped + 1;
  end loop;
  delete from core.redeliveries r where r.dead_at < now() - interval '30 days';
  delete from core.replays r where r.finished_at < now() - interval '30 days';
  perform core.thin_ticks(oldest);
  return dropped;
end;
$$;
comment on function core.expire_events(interval) is
  'Drops months of events, ticks and dead letters that were kept long enough: events for seven days at least (setting '
  'almanac.keep_events), and until consumers and subscriptions have read them, those that fell behind apart.';

-- health -------------------------------------------------------------------------------------------------------------

-- In plpgsql: it names tables of migrations to come.
create function core.event_log_health() returns table (name text, ok boolean, detail text)
language plpgsql stable security definer
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
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
  select 'no subscription is behind the log',
    not exists (select from public.subscriptions s where s.status = 'behind'),
    coalesce((select count(*) || ' behind, the first ' || min(s.id::text) from public.subscriptions s where s.status = 'behind' having count(*) > 0),
      'none was left unread for longer than the log is kept')
  union all
  -- How long events wait is the reader's own affair, until the log can keep them no longer.
  select 'no subscription falls behind the log within a day',
    not exists (select from core.subscription_lags() g where g.status <> 'behind' and g.lag_seconds > 6 * 86400),
    'the slowest lags ' || coalesce((select max(g.lag_seconds) from core.subscription_lags() g where g.status <> 'behind'), 0) || ' s'
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
    (select count(*) from core.jobs j where j.status = 'dead') || ' dead; core.revive_jobs(queue) after the cause is mended';
end;
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
