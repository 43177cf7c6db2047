begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.create_queue(terms => '{"reopen_minutes": 15}');
select set_config('test.a', tests.join_queue(30)::text, true), tests.join_queue(20), tests.join_queue(10);
create function pg_temp.a() returns uuid language sql as $$ select current_setting('test.a')::uuid $$;

select tests.call_next();
select is(tests.on_ticket('miss_ticket', pg_temp.a()), 'no_show', 'who did not come');
select is(tests.line_of(), '002 003', 'is out of the line');
select is(tests.on_ticket('reopen_ticket', pg_temp.a()), 'waiting', 'comes after all');
select is(tests.line_of(), '001 002 003', 'and is at their place again');

select tests.call_next();
select tests.on_ticket('miss_ticket', pg_temp.a());
update public.tickets set called_at = now() - interval '16 minutes' where id = pg_temp.a();
select tests.on_ticket('reopen_ticket', pg_temp.a());
select is(tests.line_of(), '002 003 001', 'later than the queue allows: at the end');
select is(
  (select array_agg(data -> 'kept_place' order by version) from core.events where type = 'ticket.reopened'), array['true', 'false']::jsonb[],
  'the log says which'
);
select tests.on_ticket('leave_queue', pg_temp.a());
update public.tickets set day = day - 1 where id = pg_temp.a();
select is(
  tests.refusal(format('select tests.on_ticket(%L, %L)', 'reopen_ticket', pg_temp.a())) ->> 'code', 'invalid_transition', 'yesterday''s stay closed'
);

select * from finish();
rollback;
