begin;
set local search_path = extensions;
select plan(15);

select tests.create_clinic();
create function pg_temp.look(healthy boolean) returns text language sql as $$
  select public.report_service_health((select id from public.service_registry where name = 'scores'), healthy, 5, 'It answered 500.')
$$;
create function pg_temp.jobs() returns bigint language sql as $$
  select count(*) from core.jobs where kind = 'check_service_health' and payload ->> 'url' = 'https://scores.test/health'
$$;
create temporary view news as
select type from core.events where aggregate_type = 'platform_service' order by position;

select tests.value_as('owner', format('select public.register_service(%L, %L)',
  '{"name": "scores", "version": "1", "endpoint": "https://scores.test", "health_endpoint": "https://scores.test/health"}', tests.organization_id()));
select core.enqueue_health_checks(), core.enqueue_health_checks();
select is(pg_temp.jobs(), 1::bigint, 'one look at a time');
select ok((select payload ->> 'url' like '%/functions/v1/appointments/health' from core.jobs where kind = 'check_service_health' and (payload ->> 'internal')::boolean order by id limit 1)
  is distinct from false, 'our own are asked at the project''s address');

select set_config('request.jwt.claims', '{"role": "service_role"}', true);
select is(pg_temp.look(true), 'healthy', 'the first look tells');
select is(pg_temp.look(false), 'healthy', 'one failure is none');
select is(pg_temp.look(false), 'healthy', 'nor are two');
select is(pg_temp.look(true), 'healthy', 'a success starts over');
select is(pg_temp.look(false), 'healthy', 'one');
select is(pg_temp.look(false), 'healthy', 'two');
select is(pg_temp.look(false), 'degraded', 'three in a row');
select is(pg_temp.look(false), 'degraded', 'it stays so');
select is(pg_temp.look(true), 'healthy', 'one success restores it');
select results_eq('select type from news',
  array['platform_service.registered', 'platform_service.recovered', 'platform_service.degraded', 'platform_service.recovered'],
  'each change is an event, and nothing else is');

select core.enqueue_health_checks();
select is(pg_temp.jobs(), 1::bigint, 'the next look is half a minute later');
update core.service_health set queued_at = queued_at - interval '30 seconds', checked_at = checked_at - interval '29 seconds';
select core.enqueue_health_checks();
select is(pg_temp.jobs(), 2::bigint, 'then it comes');

select tests.authenticate_as('owner');
select throws_ok($$ select pg_temp.look(true) $$, '42501', null, 'nobody says so themselves');

select * from finish();
rollback;
