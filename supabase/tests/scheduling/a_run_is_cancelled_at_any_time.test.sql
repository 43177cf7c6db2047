begin;
set local search_path = extensions;
select plan(12);
select tests.create_league(), tests.create_draft();
select set_config('test.queued', tests.start_run()::text, true), set_config('test.kept', tests.start_run()::text, true);
select set_config('test.finished', tests.start_run()::text, true);

select tests.authenticate_as('desk');
select is(public.cancel_optimization_run(current_setting('test.queued')::uuid) ->> 'status', 'cancelled', 'one that waits is cancelled');
select is(public.cancel_optimization_run(current_setting('test.queued')::uuid) ->> 'status', 'cancelled', 'twice is once');
select tests.clear_authentication();
select set_config('test.claim', tests.claim_run(current_setting('test.kept')::uuid)::text, true);
select tests.save(current_setting('test.claim')::jsonb, 4000);
select set_config('test.claim', tests.claim_run(current_setting('test.kept')::uuid)::text, true);
select tests.authenticate_as('desk');
select is(
  public.cancel_optimization_run(current_setting('test.kept')::uuid, true) ->> 'result_version', '1', 'one that is worked on leaves the best so far, if wished');
select tests.clear_authentication();
select throws_ok($$ select tests.save(current_setting('test.claim')::jsonb, 5000) $$, 'PT409', 'lease_lost', 'its worker is told');
select throws_ok($$ select tests.finish(current_setting('test.claim')::jsonb) $$, 'PT409', 'lease_lost', 'and cannot end it otherwise');
select is(
  (select v.run_id from public.schedule_versions v where v.schedule_id = tests.schedule_id()), current_setting('test.kept')::uuid, 'the version says whose it is');
select is_empty(
  format('select from scheduling.run_states s where s.run_id <> %L', current_setting('test.finished')), 'their states are gone');

select tests.finish(tests.claim_run());
select tests.authenticate_as('desk');
select throws_ok(
  format('select public.cancel_optimization_run(%L)', current_setting('test.finished')), 'PT409', 'run_over', 'what has succeeded is not cancelled');
select throws_ok(
  format('select public.cancel_optimization_run(%L, expected_version => 1)', current_setting('test.finished')), 'PT409', 'version_conflict',
  'nor what has changed since it was read');
select tests.authenticate_as('viewer');
select throws_ok(
  format('select public.cancel_optimization_run(%L)', current_setting('test.queued')), 'PT403', 'permission_denied', 'readers cancel nothing');
select tests.authenticate_as('outsider');
select throws_ok(
  format('select public.cancel_optimization_run(%L)', current_setting('test.queued')), 'PT404', 'not_found', 'for others there is no such run');
select throws_ok(
  format('select public.apply_optimization_run(%L)', current_setting('test.queued')), 'PT404', 'not_found', 'in no way');
select * from finish();
rollback;
