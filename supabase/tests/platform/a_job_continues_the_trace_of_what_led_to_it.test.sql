begin;
set local search_path = extensions;
select plan(6);

delete from core.consumers;
delete from core.jobs;
select core.register_queue('tests', 'tests');
create function pg_temp.called_with(traceparent text) returns void language sql as $$
  select set_config('request.headers', jsonb_build_object('traceparent', traceparent)::text, true)
$$;
grant execute on function pg_temp.called_with(text) to authenticated;

select pg_temp.called_with('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
select core.enqueue('tests', 'x', '{}');
select is((select traceparent from core.jobs), '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'a job knows the request that enqueued it');
select tests.authenticate_as_service();
select is(
  (select traceparent from public.claim_jobs('tests')), '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'its worker is told'
);
reset role;
delete from core.jobs;
select pg_temp.called_with('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
select core.enqueue('tests', 'x', '{}');
select is((select traceparent from core.jobs), null, 'what is no trace context is none');
delete from core.jobs;

select core.tick();
select core.register_consumer('tests', array['organization.*'], 'tests', 'y');
select tests.create_supabase_user('owner');
select tests.authenticate_as('owner');
select pg_temp.called_with('00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01');
select public.create_organization('Clinic', 'clinic', 'clinic', 'Europe/Berlin');
reset role;
select pg_temp.called_with(null);
insert into core.ticks (snapshot, transaction_id)
select format('%s:%s:', x.next, x.next)::pg_snapshot, '3' from (select pg_current_xact_id()::text::bigint + 1 as next) x;
select core.dispatch();
select is(
  (select traceparent from core.jobs where kind = 'y'), '00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01', 'a job knows the request of its event'
);
delete from core.jobs;
select core.enqueue('tests', 'x', '{}');
select is((select traceparent from core.jobs), null, 'work of cron begins no trace');
select is((select count(*) from core.events where traceparent is not null), 1::bigint, 'the event keeps its own');

select * from finish();
rollback;
