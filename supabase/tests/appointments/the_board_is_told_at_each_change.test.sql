begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.create_queue(counters => 1);
create function pg_temp.heard(wanted_topic text, wanted_event text) returns bigint
language sql as $$ select count(*) from realtime.messages m where m.topic = wanted_topic and m.event = wanted_event and m.private $$;
create function pg_temp.board(n int default 0) returns jsonb
language sql as $$ select m.payload from realtime.messages m where m.event = 'board' order by (m.payload ->> 'version')::int desc offset n limit 1 $$;

select set_config('test.boards', pg_temp.heard('queue:' || tests.queue_id(), 'board')::text, true);
select set_config('test.a', tests.join_queue()::text, true), set_config('test.b', tests.join_queue()::text, true);
create function pg_temp.topic(key text) returns text
language sql as $$ select format('ticket:%s:%s', t.id, t.topic_key) from public.tickets t where t.id = current_setting(key)::uuid $$;
select is(pg_temp.heard('queue:' || tests.queue_id(), 'board'), current_setting('test.boards')::bigint + 2, 'one board a change');
select is(
  (select jsonb_path_query_array(pg_temp.board(), '$.line[*].label')), '["001", "002"]', 'with everyone in line'
);
select is(pg_temp.heard(pg_temp.topic('test.a'), 'ticket.position'), 1::bigint, 'who is in front hears nothing of who comes after');
select tests.call_next();
select is(pg_temp.board() #>> '{called,0,counter}', 'Counter 1', 'the call is on the board');
select is((pg_temp.board() ->> 'version')::int, (pg_temp.board(1) ->> 'version')::int + 1, 'boards are counted');
select is(pg_temp.heard(pg_temp.topic('test.a'), 'ticket.called'), 1::bigint, 'the ticket hears that it is called');
select is(pg_temp.heard(pg_temp.topic('test.b'), 'ticket.position'), 2::bigint, 'the other that it moved up');
select is((select count(*) from realtime.messages m where not m.private), 0::bigint, 'on channels where nobody else can send');

select * from finish();
rollback;
