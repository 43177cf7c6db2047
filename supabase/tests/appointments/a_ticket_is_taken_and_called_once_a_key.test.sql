begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.create_queue();
select tests.authenticate_as('desk');
create function pg_temp.take(key text, notes text default null) returns text
language sql as $$ select public.join_queue(tests.queue_id(), tests.type_id(), notes => notes, idempotency_key => key) ->> 'label' $$;
create function pg_temp.call(key text) returns text
language sql as $$ select public.call_next(tests.queue_id(), tests.counter_id(), idempotency_key => key) #>> '{ticket,label}' $$;

select is(pg_temp.take('a'), '001', 'a ticket');
select is(pg_temp.take('a'), '001', 'the same request is the same ticket');
select is(pg_temp.take('b'), '002', 'another key another');
select is(tests.refusal($$ select pg_temp.take('a', 'x') $$) ->> 'code', 'idempotency_mismatch', 'another request is refused');
select is(pg_temp.call('c'), '001', 'a call');
select is(pg_temp.call('c'), '001', 'pressed twice calls one');

select * from finish();
rollback;
