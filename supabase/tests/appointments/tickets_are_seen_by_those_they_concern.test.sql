begin;
set local search_path = extensions;
select plan(27);

select tests.create_clinic();
select tests.create_queue(terms => '{"remote_join": true, "remote_must_arrive": false}');
select tests.authenticate_as('customer');
select set_config('test.t', public.join_queue(tests.queue_id(), tests.type_id(), notes => 'secret knee') ->> 'id', true);
select tests.as_anon();
select set_config('test.g', public.join_queue(tests.queue_id(), tests.type_id(), guest => '{"name": "Gus", "phone": "+33 55 10"}')::text, true);
create function pg_temp.t() returns uuid language sql as $$ select current_setting('test.t')::uuid $$;
create function pg_temp.code(statement text, ticket uuid) returns text
language sql as $$ select coalesce(tests.refusal(format(statement, ticket)) ->> 'code', 'ok') $$;

-- Reading.
select is(pg_temp.code('select public.get_ticket(%L)', pg_temp.t()), 'not_found', 'to a guest another''s ticket does not exist');
select is(
  pg_temp.code('select public.get_ticket(%L, ' || quote_literal(current_setting('test.g')::jsonb ->> 'manage_token') || ')', pg_temp.t()),
  'invalid_manage_token', 'with the link of their own neither'
);
select is(
  public.get_ticket((current_setting('test.g')::jsonb ->> 'id')::uuid, current_setting('test.g')::jsonb ->> 'manage_token') ->> 'label', '002',
  'which opens their own'
);
select throws_ok('select count(*) from public.tickets', '42501', null, 'the table is not for guests');
select ok(public.get_queue_board(tests.queue_id()) ->> 'waiting' = '2', 'the board is for anyone');
select ok(public.get_queue_board(tests.queue_id())::text !~* 'gus|customer|knee|55 10', 'and names nobody');
select tests.authenticate_as('customer');
select is((select count(*) from public.tickets), 1::bigint, 'a customer sees their own');
select is(pg_temp.code('select public.serve_ticket(%L)', pg_temp.t()), 'permission_denied', 'and does not serve themself');
select is(pg_temp.code($$ select public.update_ticket(%L, '{"priority": 9}') $$, pg_temp.t()), 'permission_denied', 'nor give themself priority');
select is(pg_temp.code($$ select public.update_ticket(%L, '{"notes": "both knees"}') $$, pg_temp.t()), 'ok', 'but changes the notes');
select is(
  pg_temp.code(format('select public.join_queue(%L, %L, 0, %%L)', tests.queue_id(), tests.type_id()), pg_temp.t()), 'already_in_line',
  'one ticket a line'
);
select tests.authenticate_as('neighbour');
select is((select count(*) from public.tickets), 0::bigint, 'another customer sees none');
select is(pg_temp.code('select public.leave_queue(%L)', pg_temp.t()), 'not_found', 'and ends none');
select tests.authenticate_as('outsider');
select is((select count(*) from public.tickets) + (select count(*) from public.queue_counters), 0::bigint, 'another organization neither');
select is(pg_temp.code('select public.get_ticket(%L)', pg_temp.t()), 'not_found', 'it does not exist for them');
select is(
  pg_temp.code(format('select public.call_next(%L, %L, %%L)', tests.queue_id(), tests.counter_id()), pg_temp.t()), 'not_found', 'they call nobody'
);
select is(
  pg_temp.code(format('select public.operate_queue(%L, %L, %L)', tests.queue_id(), 'close_counter', tests.counter_id()), null), 'not_found', 'and close nothing'
);
select is(pg_temp.code(format($$ select public.update_queue(%L, '{"name": "%%s"}') $$, tests.queue_id()), null), 'not_found', 'nor change it');
select tests.authenticate_as('viewer');
select is((select count(*) from public.tickets), 2::bigint, 'a member with appointments.read sees all');
select is(pg_temp.code('select public.leave_queue(%L)', pg_temp.t()), 'permission_denied', 'and changes none');

-- Serving: Ann has the first counter, Bob has none.
select tests.authenticate_as('bob');
select is(
  pg_temp.code(format('select public.call_next(%L, %L, %%L)', tests.queue_id(), tests.counter_id()), pg_temp.t()), 'permission_denied',
  'staff without a counter call nobody'
);
select is(
  pg_temp.code(format('select public.operate_queue(%L, %L, %L, %L)', tests.queue_id(), 'open_counter', tests.counter_id(2), tests.resource_id('Ann')), null),
  'permission_denied', 'nor open one in another''s name'
);
select tests.authenticate_as('ann');
select is(
  pg_temp.code(format('select public.call_next(%L, %L, %%L)', tests.queue_id(), tests.counter_id(2)), pg_temp.t()), 'permission_denied',
  'nor at another''s counter'
);
select is(public.call_next(tests.queue_id(), tests.counter_id()) #>> '{ticket,id}', current_setting('test.t'), 'at their own they do');
select is(public.serve_ticket(pg_temp.t()) ->> 'status', 'serving', 'and serve');
select tests.authenticate_as('bob');
select is(
  pg_temp.code(format('select public.operate_queue(%L, %L, %L, %L)', tests.queue_id(), 'open_counter', tests.counter_id(2), tests.resource_id('Bob')), null),
  'ok', 'whoever sits down at a free counter'
);
select is(pg_temp.code('select public.finish_ticket(%L)', pg_temp.t()), 'permission_denied', 'serves there, and nobody else''s ticket');

select * from finish();
rollback;
