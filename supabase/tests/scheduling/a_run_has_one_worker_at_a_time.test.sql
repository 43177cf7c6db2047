begin;
set local search_path = extensions;
select plan(11);
select tests.create_league(), tests.create_draft();
select set_config('test.run', tests.start_run()::text, true);

select set_config('test.first', tests.claim_run()::text, true);
select is(tests.run_of(current_setting('test.first')::jsonb), current_setting('test.run')::uuid, 'a worker has the run');
select is(tests.claim_run(), null, 'and nobody else at the same time');
select is(tests.claim_run(current_setting('test.run')::uuid), null, 'not even by its id');
select is((tests.run(current_setting('test.run')::uuid)).status, 'running', 'it runs');

select tests.end_leases();
select set_config('test.second', tests.claim_run()::text, true);
select is(tests.run_of(current_setting('test.second')::jsonb), current_setting('test.run')::uuid, 'whose lease ends loses it');
select throws_ok(
  $$ select tests.save(current_setting('test.first')::jsonb, 5000, 'stale') $$, 'PT409', 'lease_lost', 'who overslept saves nothing');
select throws_ok($$ select tests.finish(current_setting('test.first')::jsonb) $$, 'PT409', 'lease_lost', 'and ends nothing');
select lives_ok($$ select tests.save(current_setting('test.second')::jsonb, 2000, 'fresh') $$, 'the other saves');
select throws_ok(
  $$ select tests.save(current_setting('test.second')::jsonb, 3000) $$, 'PT409', 'lease_lost', 'once: the run is given back');
select is(
  convert_from(decode(tests.claim_run() ->> 'state', 'base64'), 'UTF8'), 'fresh', 'the next worker goes on from what was saved');
select tests.end_leases();
select is((tests.run(current_setting('test.run')::uuid)).done_evaluations, 2000::bigint, 'and what was done is known');
select * from finish();
rollback;
