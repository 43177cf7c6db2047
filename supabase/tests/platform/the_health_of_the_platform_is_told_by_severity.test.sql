begin;
set local search_path = extensions;
select plan(13);

delete from core.consumers;
delete from core.jobs;
insert into cron.job_run_details (jobid, runid, status, start_time)
select j.jobid, 9000000000, 'succeeded', now() from cron.job j where j.jobname = 'core-pump';
select core.tick();
select tests.authenticate_as_service();
create function pg_temp.ill() returns text[] language sql as $$
  select coalesce(array_agg((c ->> 'name') || ' ' || (c ->> 'status') order by c ->> 'name'), '{}')
  from jsonb_array_elements(public.platform_health() -> 'checks') c where c ->> 'status' <> 'ok'
$$;
select is(pg_temp.ill(), '{}'::text[], 'all is well');
select ok(abs(extract(epoch from (public.platform_health() ->> 'now')::timestamptz - clock_timestamp())) < 1, 'the database tells its time');
reset role;

select core.register_queue('tests', 'tests');
select core.enqueue('tests', 'x', '{}');
update core.jobs set run_at = now() - interval '6 minutes';
select is(pg_temp.ill(), array['queue_lag degraded'], 'work that waits is told');
update core.jobs set status = 'dead', attempts = max_attempts, finished_at = now();
select is(pg_temp.ill(), array['dead_letters degraded'], 'dead jobs are told');
delete from core.jobs;

select core.breaker_report('service:x', false, 1);
select is(pg_temp.ill(), array['breakers degraded'], 'a target that fails is told');
delete from core.breakers;
select core.breaker_report('webhook:x', false, 1);
select is(pg_temp.ill(), '{}'::text[], 'an organization''s own webhook does not make the platform ill');

insert into public.service_registry (name, version, endpoint, status) values ('maps', '1', 'https://maps.example.org', 'degraded');
select is(pg_temp.ill(), array['dependencies degraded'], 'a service of the platform that does not answer is told');
delete from public.service_registry;

insert into core.events (aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id, recorded_at, transaction_id)
values ('profile', gen_random_uuid(), 1, 'profile.updated', '{}', 'system', gen_random_uuid(), '1999-01-01', '3');
select is(pg_temp.ill(), array['default_partitions degraded'], 'rows outside of the months are told');
delete from core.events_default;

update cron.job_run_details set start_time = now() - interval '2 minutes';
select is(pg_temp.ill(), array['cron degraded'], 'recurring work that stands still is told');
update cron.job_run_details set start_time = now();

insert into core.events (aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id, transaction_id)
values ('profile', gen_random_uuid(), 1, 'profile.updated', '{}', 'system', gen_random_uuid(), '9000000000000');
select is(pg_temp.ill(), array['event_log failed'], 'a log with transactions of another cluster must not be written to');
select core.rebase_event_log();
select is(pg_temp.ill(), '{}'::text[], 'until it is rebased');
update core.ticks set snapshot = '9000000000000:9000000000000:';
select is(pg_temp.ill(), array['event_log failed'], 'ticks of another cluster fail too');
select core.rebase_event_log();
select is(pg_temp.ill(), '{}'::text[], 'and are mended by the same');

select * from finish();
rollback;
