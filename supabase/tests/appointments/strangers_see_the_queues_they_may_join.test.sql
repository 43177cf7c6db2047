begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.create_queue('Remote', '{"prefix": "R", "remote_join": true}');
select tests.create_queue('Local', '{"prefix": "L"}');
select tests.create_queue('Retired', '{"prefix": "X", "remote_join": true, "active": false}');
create function pg_temp.seen() returns text
language sql as $$
  select format('%s / %s', (select string_agg(name, ' ' order by name) from public.queues), (select count(*) from public.ticket_types))
$$;

select tests.as_anon();
select is(pg_temp.seen(), 'Remote / 2', 'a guest sees what they may join, and what for');
select tests.authenticate_as('outsider');
select is(pg_temp.seen(), 'Remote / 2', 'so does a stranger');
select tests.authenticate_as('ann');
select is(pg_temp.seen(), 'Local Remote Retired / 6', 'a member sees their organization''s');
select tests.as_anon();
select is(public.get_queue_board(tests.queue_id('Local')) ->> 'name', 'Local', 'the board of any is for who has its id');
select is(
  tests.refusal(format('select public.get_queue_board(%L)', tests.queue_id('Retired'))) ->> 'code', 'not_found', 'unless it is retired'
);
select is(
  tests.refusal(format('select public.join_queue(%L, %L, guest => %L)', tests.queue_id('Retired'), tests.type_id('General', 'Retired'), '{"name": "Gus"}'))
  ->> 'code', 'not_found', 'which nobody can join'
);
select throws_ok('select count(*) from public.queue_counters', '42501', null, 'counters are the organization''s business');
select throws_ok('select count(*) from public.queue_days', '42501', null, 'and so are figures');

select * from finish();
rollback;
