begin;
set local search_path = extensions;
select plan(9);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.subscribe(max_attempts => 5) as s;
select tests.append(a) from unnest(array[1, 2, 1, 3, 4]) a;
select tests.commit_events();

create function pg_temp.killed(n int default 100) returns text[] language plpgsql as $$
declare
  got text[] := (select tests.claim(s, n) from t);
begin
  perform tests.let_leases_end();
  return got;
end $$;
select is(pg_temp.killed(), array['1:1', '2:1', '1:2', '3:1', '4:1'], 'a worker dies of five');
select is(pg_temp.killed(), array['1:1', '2:1'], 'of the half of them');
select is(pg_temp.killed(), array['1:1'], 'of one, by now the third time');
select is(tests.claim(s), array['2:1', '3:1', '4:1'], 'that waits for its next attempt, and its aggregate with it') from t;
select core.ack_events(s, tests.lease_of(s)) from t;
select results_eq('select attempts, run_at > now(), run_at = ''infinity'' from core.redeliveries order by position',
  'values (3, true, false), (0, true, true)', 'with its attempts counted');
select tests.let_redeliveries_come();
select is(pg_temp.killed(), array['1:1', '1:2'], 'it kills a fourth');
select is(tests.claim(s), '{}', 'what it held is not due at once') from t;
select tests.let_redeliveries_come();
select is(pg_temp.killed(1), array['1:1'], 'and a fifth');
select tests.claim(s) from t;
select results_eq('select attempts, dead_at is not null, last_error, run_at <= now() from core.redeliveries order by position',
  $$ values (5, true, 'the lease ended', false), (1, false, null, true) $$, 'which was the last: what is behind it is free');

select * from finish();
rollback;
