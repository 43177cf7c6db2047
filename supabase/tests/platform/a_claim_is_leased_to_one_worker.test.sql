begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.subscribe() as s;
select tests.append(n) from generate_series(1, 4) n;
select tests.commit_events();

select is(tests.claim(s, 3), array['1:1', '2:1', '3:1'], 'as many as are wanted') from t;
select is(tests.claim(s), '{}', 'nobody else is given any of a lane that is leased') from t;
select throws_ok(format('select core.ack_events(%L, gen_random_uuid())', s), 'PT409', 'lease_lost', 'nor can acknowledge it') from t;
select is(core.extend_events(s, tests.lease_of(s), 300), now() + interval '5 minutes', 'the worker can ask for more time') from t;
select is(core.ack_events(s, tests.lease_of(s), array[tests.event_id(2, 1), gen_random_uuid()]), 2, 'one is acknowledged by its id, and nothing by none') from t;
create temporary table mine as select tests.lease_of(s) as lease from t;

select tests.let_leases_end();
select is(core.ack_events(s, lease, array[tests.event_id(1, 1)]), 1, 'a lease that ran out counts while nobody else has claimed') from t, mine;
select is(tests.claim(s), array['3:1'], 'what was not acknowledged comes again, in its place') from t;
select throws_ok(format('select core.ack_events(%L, %L)', s, lease), 'PT409', 'lease_lost', 'whoever overslept cannot acknowledge') from t, mine;
select throws_ok(format('select core.nack_events(%L, %L, %L, %L)', s, lease, tests.event_id(3, 1), 'late'), 'PT409', 'lease_lost', 'nor refuse') from t, mine;
select throws_ok(format('select core.extend_events(%L, %L, 9)', s, lease), 'PT409', 'lease_lost', 'nor prolong') from t, mine;

create temporary table theirs as select tests.lease_of(s) as lease from t;
select is(core.ack_events(s, lease) + core.ack_events(s, lease), 0, 'the other can, and twice is once') from t, theirs;
select is(tests.claim(s), array['4:1'], 'then the lane goes on') from t;
select results_eq(
  'select acked_tick_id < tick_id, claimed, cardinality(pending) from core.lanes', 'values (true, 1, 1)',
  'the log keeps what is pending'
);

select * from finish();
rollback;
