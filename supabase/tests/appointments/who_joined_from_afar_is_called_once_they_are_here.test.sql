begin;
set local search_path = extensions;
select plan(13);

select tests.create_clinic();
select tests.create_queue(terms => '{"remote_join": true}');
select tests.create_queue('Desk only', '{"prefix": "D"}');

select tests.as_anon();
create function pg_temp.join_as_guest(queue text) returns jsonb
language sql as $$ select public.join_queue(tests.queue_id(queue), tests.type_id('General', queue), guest => '{"name": "Gus", "phone": "+49 30 1"}') $$;
select set_config('test.gus', pg_temp.join_as_guest('Walk-in')::text, true);
create function pg_temp.gus(key text) returns text language sql as $$ select current_setting('test.gus')::jsonb ->> key $$;
select is(pg_temp.gus('is_here'), 'false', 'a guest joins from afar');
select is(pg_temp.gus('guest'), '{"name": "Gus", "phone": "+49 30 1"}', 'under their name');
select is(tests.refusal($$ select pg_temp.join_as_guest('Desk only') $$) ->> 'code', 'remote_join_not_allowed', 'where that is allowed');
select is(
  tests.refusal(format('select public.join_queue(%L, %L, 5, guest => %L)', tests.queue_id(), tests.type_id(), '{"name": "Eve"}')) ->> 'code',
  'permission_denied', 'without priority'
);
select is(
  tests.refusal(format('select public.join_queue(%L, %L)', tests.queue_id(), tests.type_id())) ->> 'code', 'not_authenticated', 'never nameless'
);
select tests.clear_authentication();
select set_config('test.second', tests.join_queue()::text, true);

select is(tests.call_next(), current_setting('test.second')::uuid, 'the call goes past who is not here');
select is(tests.line_of(), '001', 'who keeps their place');
select is(
  (select count(*) from core.events where aggregate_id = pg_temp.gus('id')::uuid and type = 'ticket.passed_over'), 1::bigint, 'and is told'
);
select tests.call_next(2);
select is(
  (select count(*) from core.events where aggregate_id = pg_temp.gus('id')::uuid and type = 'ticket.passed_over'), 1::bigint, 'once'
);
select tests.as_anon();
select is(
  tests.refusal(format('select public.arrive_ticket(%L)', pg_temp.gus('id'))) ->> 'code', 'not_found', 'nobody else says that they are here'
);
select is(
  public.arrive_ticket(pg_temp.gus('id')::uuid, manage_token => pg_temp.gus('manage_token')) ->> 'is_here', 'true', 'they say so by their link'
);
select tests.clear_authentication();
select is(tests.call_next(2), pg_temp.gus('id')::uuid, 'and are called next');
select is(
  (select count(*) from public.tickets t where t.queue_id = tests.queue_id('Desk only')), 0::bigint, 'a refusal takes no number'
);

select * from finish();
rollback;
