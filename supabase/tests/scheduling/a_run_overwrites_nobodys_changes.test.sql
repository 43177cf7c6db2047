begin;
set local search_path = extensions;
select plan(6);
select tests.create_league(), tests.create_draft('Quiet'), tests.create_draft('Busy'), tests.create_draft('Over');
select tests.start_run(s, ', apply => true') from unnest(array['Quiet', 'Busy', 'Over']) s;
-- Somebody works on one of them meanwhile, and archives another.
select tests.touch('Busy');
update public.schedules set status = 'archived' where name = 'Over';
create function pg_temp.result(schedule text) returns public.optimization_runs language sql as $$
  select r from public.optimization_runs r where r.schedule_id = tests.schedule_id(schedule)
$$;
select tests.finish(tests.claim_run((pg_temp.result(s)).id), '[]') from unnest(array['Quiet', 'Busy', 'Over']) s;

select isnt((pg_temp.result('Quiet')).applied_at, null, 'a result that was asked to be applied is');
select is((pg_temp.result('Busy')).result_version, 1, 'where somebody has worked meanwhile it is a version');
select is((pg_temp.result('Busy')).applied_at, null, 'and no more');
select is(
  (select e.data ->> 'changed_meanwhile' from core.events e where e.type = 'schedule.optimized' and e.aggregate_id = tests.schedule_id('Busy')),
  'true', 'which is told');
select is((pg_temp.result('Busy')).schedule_version, 1::bigint, 'with the version it began from');
select is((pg_temp.result('Over')).failure_code, 'schedule_archived', 'an archived schedule gets no version');
select * from finish();
rollback;
