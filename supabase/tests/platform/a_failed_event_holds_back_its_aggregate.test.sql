begin;
set local search_path = extensions;
select plan(16);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.subscribe(max_attempts => 3) as s;
select tests.append(a) from unnest(array[1, 2, 1, 1]) a;
select tests.commit_events();

create function pg_temp.nack(aggregate int, version int, dead boolean default false) returns jsonb language sql as $$
  select core.nack_events(s, tests.lease_of(s), tests.event_id(aggregate, version), 'no answer', dead => dead) from t
$$;
select is(tests.claim(s, 3), array['1:1', '2:1', '1:2'], 'three are claimed') from t;
create temporary table nacked as select pg_temp.nack(1, 1) as answer;
select is(answer - 'run_at', jsonb_build_object('event_id', tests.event_id(1, 1), 'status', 'waiting', 'attempts', 1,
  'parked', array[tests.event_id(1, 2)], 'remaining', 1), 'the later one of its aggregate is taken back') from nacked;
select ok((answer ->> 'run_at')::timestamptz between now() + interval '0.5 s' and now() + interval '1.5 s', 'it comes again after a while') from nacked;
select is(core.ack_events(s, tests.lease_of(s)), 0, 'the rest is acknowledged') from t;

select tests.append(1);
select tests.append(3);
select tests.commit_events();
select is(tests.claim(s), array['3:1'], 'those behind it wait, others do not') from t;
select is(core.ack_events(s, tests.lease_of(s)), 0, 'the lane goes on') from t;
select is(tests.claim(s), '{}', 'nothing before it is due') from t;
select tests.let_redeliveries_come();
select is(tests.claim(s, 2), array['1:1', '1:2'], 'then it comes, with what is behind it') from t;
select is(core.ack_events(s, tests.lease_of(s), array[tests.event_id(1, 1)]), 1, 'the first is acknowledged') from t;
select tests.let_leases_end();
select tests.claim(s) from t;
select tests.let_redeliveries_come();
select is(tests.claim(s), array['1:2', '1:3', '1:4'], 'the second comes again, the others after it') from t;
select is((pg_temp.nack(1, 2) ->> 'remaining')::int, 0, 'it fails: the claim holds nothing more');
select tests.let_redeliveries_come();
select is(tests.claim(s), array['1:2', '1:3', '1:4'], 'its third attempt') from t;
select is(pg_temp.nack(1, 2) - array['event_id', 'run_at'], '{"status": "dead", "attempts": 3, "parked": [], "remaining": 2}',
  'is its last, and holds nobody back any more');
select is(core.ack_events(s, tests.lease_of(s)), 0, 'the others are delivered') from t;
select results_eq('select attempts, last_error, dead_at is not null from core.redeliveries', $$ values (3, 'no answer', true) $$,
  'only the dead letter stays');

select tests.append(1);
select tests.commit_events();
select is(tests.claim(s), array['1:5'], 'its aggregate goes on') from t;

select * from finish();
rollback;
