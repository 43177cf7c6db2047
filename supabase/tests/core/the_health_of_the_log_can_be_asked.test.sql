begin;
set local search_path = extensions;
select plan(7);

delete from core.consumers;
select core.tick();
delete from core.jobs;
select tests.create_supabase_user('ada');
select tests.authenticate_as('ada');
select throws_ok('select * from public.event_log_health()', '42501', null, 'a user cannot ask');
select tests.authenticate_as_service();
select is_empty('select * from public.event_log_health() where not ok', 'a fresh log is well');
select tests.clear_authentication();

create function pg_temp.ill() returns setof text language sql as $$ select name from core.event_log_health() where not ok order by 1 $$;
select core.register_queue('tests', 'tests');
select core.register_consumer('slow', array['*'], 'tests', 'x');
insert into core.ticks (snapshot, created_at) values (pg_current_snapshot(), now() - interval '1 hour');
select results_eq('select pg_temp.ill()', array['consumer slow keeps up'], 'a consumer that lags is told');
select core.dispatch();
select is_empty('select pg_temp.ill()', 'until it has caught up');

insert into core.events (aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id, recorded_at, transaction_id)
select 'profile', gen_random_uuid(), 1, 'profile.updated', '{}', 'system', gen_random_uuid(), now() - interval '2 minutes', pg_snapshot_xmax(snapshot)
from core.ticks order by id desc limit 1;
select results_eq('select pg_temp.ill()', array['the ticker runs'], 'a ticker that stands still is told');

insert into core.events (aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id, recorded_at, transaction_id)
values ('profile', gen_random_uuid(), 1, 'profile.updated', '{}', 'system', gen_random_uuid(), '1999-01-01', '3');
select results_eq(
  'select pg_temp.ill()', array['the default partition is empty', 'the ticker runs'], 'rows outside of the months are told'
);
select core.enqueue('tests', 'x', '{}');
update core.jobs set status = 'dead', attempts = max_attempts, finished_at = now();
select ok('no job is dead' in (select pg_temp.ill()), 'dead jobs are told');

select * from finish();
rollback;
