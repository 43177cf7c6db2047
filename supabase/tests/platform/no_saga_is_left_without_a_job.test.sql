begin;
set local search_path = extensions;
select plan(4);

select tests.create_organization();
select set_config('test.id', tests.start_saga()::text, true);
select is(core.wake_sagas(), 0, 'a saga with a job needs no waking');
update core.sagas set run_at = now() - interval '2 minutes';
select is(core.wake_sagas(), 0, 'however late that is');
update core.jobs set status = 'dead', finished_at = now() where queue = 'tests';
select is(core.wake_sagas(), 1, 'one whose job is dead gets another');
select is(
  (select j.payload ->> 'turn' from core.sagas s join core.jobs j on j.id = s.job_id where s.id = current_setting('test.id')::uuid and j.status = 'ready'),
  '1', 'of the same turn'
);

select * from finish();
rollback;

