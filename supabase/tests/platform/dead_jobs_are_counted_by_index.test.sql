begin;
set local search_path = extensions;
select plan(4);

delete from core.jobs;
select core.register_queue('tests', 'tests');
insert into core.jobs (queue, kind, status, attempts, finished_at)
select 'tests', 'x', case when n % 1000 = 0 then 'dead' else 'done' end, 1, now() from generate_series(1, 20000) n;
insert into core.jobs (queue, kind) select 'tests', 'x' from generate_series(1, 300);
analyze core.jobs;

create function pg_temp.plan_of(query text) returns setof text language plpgsql as $$
begin
  return query execute 'explain (costs off) ' || query;
end $$;
select is_empty(
  $$ select p from pg_temp.plan_of('select from core.jobs j where j.queue = ''tests'' and j.status = ''dead'' limit 100000') p where p ~ 'Seq Scan' $$,
  'the dead are found by their index'
);
select is_empty(
  $$ select p from pg_temp.plan_of('select min(coalesce(j.leased_until, j.run_at)) from core.jobs j where j.queue = ''tests'' and j.finished_at is null') p where p ~ 'Seq Scan' $$,
  'the oldest due one too'
);
select is(
  (select value from core.queue_metrics() where name = 'almanac_jobs_dead' and labels ->> 'queue' = 'tests'), 20::float8, 'all of them'
);
select is(
  (select value from core.queue_metrics() where name = 'almanac_queue_jobs' and labels ->> 'queue' = 'tests'), 300::float8,
  'and what is not done'
);

select * from finish();
rollback;
