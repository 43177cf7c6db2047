-- Figures of what functions did, kept here since functions come and go: counters and histograms of durations.
--
-- A function counts in memory and calls count_requests every few seconds. core.metrics (000996) answers with these and
-- with what the tables tell.

-- tables -------------------------------------------------------------------------------------------------------------

create table core.measures (
  id bigint generated always as identity primary key,
  organization_id uuid references public.organizations (id) on delete cascade,
  scope uuid not null generated always as (coalesce(organization_id, '00000000-0000-0000-0000-000000000000')) stored,
  family text not null,
  labels jsonb not null,
  count bigint not null default 0,
  seconds double precision not null default 0,
  buckets bigint[],
  updated_at timestamptz not null default now(),
  constraint one_row_a_series unique (scope, family, labels),
  constraint family_is_known check (
    family in ('requests', 'jobs', 'webhooks', 'gateway_requests', 'cache', 'plugins', 'rate_limits', 'events')),
  constraint labels_are_a_small_object check (jsonb_typeof(labels) = 'object' and pg_column_size(labels) <= 2000),
  constraint counts_grow check (count >= 0 and seconds >= 0),
  constraint buckets_of_one_histogram check (cardinality(buckets) = 12)
) with (fillfactor = 60);
create index measures_organization_idx on core.measures (organization_id);
comment on table core.measures is
  'Counters and histograms, one row a series; they only grow. Rows without an organization are the platform''s own and '
  'hold all that those of organizations do.';
comment on column core.measures.scope is 'The organization, or the nil uuid: null is found by no index that must be unique.';
comment on column core.measures.seconds is 'Sum of the durations, where there is a histogram.';
comment on column core.measures.buckets is
  'How many took up to 5, 10, 25, 50, 100, 250, 500 ms, 1, 2.5, 5, 10 s, and longer: each bucket by itself.';
alter table core.measures enable row level security;

create table core.measured_events (
  only_one boolean primary key default true,
  last_tick core.ticks not null,
  constraint there_is_only_one check (only_one)
);
comment on table core.measured_events is
  'Up to where the events of the log have been counted: a copy of the tick, since ticks behind all consumers are deleted.';
alter table core.measured_events enable row level security;
insert into core.measured_events (last_tick) select t from core.ticks t order by t.id desc limit 1;

-- counting -----------------------------------------------------------------------------------------------------------

create function core.add_buckets(one bigint[], other bigint[]) returns bigint[]
language plpgsql immutable
set search_path = ''
as $$
begin
  if one is null or other is null then
    return coalesce(one, other);
  end if;
  return array(select a + b from unnest(one, other) with ordinality as t (a, b, n) order by n);
end;
$$;
comment on function core.add_buckets(bigint[], bigint[]) is 'The sum of two histograms, bucket by bucket.';

create function core.count_measure(
  organization_id uuid,
  family text,
  labels jsonb,
  count bigint,
  seconds double precision default 0,
  buckets bigint[] default null
) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  own_scope uuid := coalesce(organization_id, '00000000-0000-0000-0000-000000000000');
  most_series int := case when organization_id is null then 3000 else 200 end;
begin
  update core.measures m set
    count = m.count + count_measure.count,
    seconds = m.seconds + count_measure.seconds,
    buckets = core.add_buckets(m.buckets, count_measure.buckets),
    updated_at = now()
  where m.scope = own_scope
    and m.family = count_measure.family
    and m.labels = count_measure.labels;
  if found then
    return;
  end if;
  -- A bound on series: what would be one too many is counted all the same, under labels that say so.
  if (
    select count(*) from (
      select from core.measures m where m.scope = own_scope limit most_series
    ) present
  ) >= most_series then
    labels := coalesce((select jsonb_object_agg(l.key, 'other') from jsonb_object_keys(labels) l (key)), '{}');
  end if;
  insert into core.measures as m (organization_id, family, labels, count, seconds, buckets)
  values (
    count_measure.organization_id, count_measure.family, count_measure.labels, count_measure.count,
    count_measure.seconds, count_measure.buckets)
  on conflict on constraint one_row_a_series do update set
    count = m.count + excluded.count,
    seconds = m.seconds + excluded.seconds,
    buckets = core.add_buckets(m.buckets, excluded.buckets),
    updated_at = now();
end;
$$;
comment on function core.count_measure(uuid, text, jsonb, bigint, double precision, bigint[]) is
  'Adds to a series. For batches: a hot transaction that called it would wait for every other that does.';

create function core.count_requests(batch jsonb) returns int
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  entry record;
  counted int := 0;
begin
  perform core.require_service();
  perform core.require_array(batch, 'batch', 2000);
  -- In one order, so that two isolates wait for each other at most, and never both ways.
  for entry in
    select o.id as organization_id, e.family, e.labels, e.count, coalesce(e.seconds, 0) as seconds, e.buckets
    from jsonb_to_recordset(batch) as e (
      organization_id uuid, family text, labels jsonb, count bigint, seconds double precision, buckets bigint[])
    left join public.organizations o on o.id = e.organization_id
    -- What a request called an organization may be none.
    where e.organization_id is null or o.id is not null
    order by o.id nulls first, e.family, e.labels
  loop
    perform core.count_measure(entry.organization_id, entry.family, entry.labels, entry.count, entry.seconds, entry.buckets);
    counted := counted + 1;
  end loop;
  return counted;
end;
$$;
comment on function core.count_requests(jsonb) is 'Adds what a function has counted since its last batch.';
grant execute on function core.count_requests(jsonb) to service_role;

create function public.count_requests(batch jsonb) returns int
language sql volatile security invoker
set search_path = ''
as $$ select core.count_requests(batch) $$;
comment on function public.count_requests(jsonb) is
  'For functions: adds a batch of series [{family, labels, count, seconds, buckets, organization_id}]; returns how many.';
grant execute on function public.count_requests(jsonb) to service_role;

-- events -------------------------------------------------------------------------------------------------------------

create function core.count_batch(from_tick core.ticks, to_tick core.ticks) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
  counted bigint;
  fresh jsonb;
  series jsonb;
begin
  -- Known series in one statement; a new one is rare and passes the bound.
  with batch as materialized (
    select e.organization_id, e.type, count(*) as events from core.batch(from_tick, to_tick) e group by e.organization_id, e.type
  ), wanted as materialized (
    -- Types of organizations are one series: whoever declares thousands must not use up the platform's.
    select null::uuid as organization_id, '00000000-0000-0000-0000-000000000000'::uuid as scope,
      jsonb_build_object('type', coalesce(t.type, 'custom')) as labels, sum(b.events)::bigint as events
    from batch b
    left join (select distinct own.type from public.event_types own where own.organization_id is null) t on t.type = b.type
    group by coalesce(t.type, 'custom')
    union all
    select o.id, o.id, jsonb_build_object('type', b.type), b.events from batch b join public.organizations o on o.id = b.organization_id
  ), updated as (
    update core.measures m set count = m.count + w.events, updated_at = now()
    from wanted w
    where m.scope = w.scope and m.family = 'events' and m.labels = w.labels
    returning m.scope, m.labels
  )
  select (select sum(b.events) from batch b), (
    select jsonb_agg(to_jsonb(w) order by w.scope, w.labels) from wanted w
    where not exists (select from updated u where u.scope = w.scope and u.labels = w.labels))
  into counted, fresh;
  for series in select n.value from jsonb_array_elements(fresh) n loop
    perform core.count_measure(
      (series ->> 'organization_id')::uuid, 'events', series -> 'labels', (series ->> 'events')::bigint);
  end loop;
  return coalesce(counted, 0);
end;
$$;
comment on function core.count_batch(core.ticks, core.ticks) is 'Counts what the second tick sees and the first did not.';

create function core.count_events(max_events int default 100000) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
  from_tick core.ticks;
  to_tick core.ticks;
  counted bigint := 0;
begin
  select (m.last_tick).* into from_tick from core.measured_events m for update;
  if pg_snapshot_xmax(from_tick.snapshot) > pg_snapshot_xmax(pg_current_snapshot()) then
    -- The log was begun anew after a restore: counting goes on from here.
    raise warning 'events appended around the restore of the log are not counted';
    update core.measured_events m set last_tick = (select t from core.ticks t order by t.id desc limit 1);
    return 0;
  end if;
  while counted < max_events loop
    -- Several ticks at a time: whatever lies between two of them is one batch.
    select t.* into to_tick
    from (select n.* from core.ticks n where n.id > from_tick.id order by n.id limit 20) t
    order by t.id desc
    limit 1;
    exit when not found;
    counted := counted + core.count_batch(from_tick, to_tick);
    from_tick := to_tick;
  end loop;
  update core.measured_events m set last_tick = from_tick where (m.last_tick).id <> from_tick.id;
  return counted;
end;
$$;
comment on function core.count_events(int) is
  'Counts what was appended since it was last called, by type and organization, so that no append has to.';

create function core.forget_measures() returns void
language sql volatile
set search_path = ''
as $$ delete from core.measures where updated_at < now() - interval '30 days' $$;
comment on function core.forget_measures() is 'Ends series that nothing has been added to for a month: routes that are gone.';

select cron.schedule('core-count-events', '10 seconds', 'select core.count_events()');
select cron.schedule('core-forget-measures', '23 3 * * *', 'select core.forget_measures()');
