begin;
set local search_path = extensions;
select plan(10);

select tests.create_organization();
select set_config('test.id', tests.start_saga()::text, true);
select set_config('test.first', tests.claim_saga(current_setting('test.id')::uuid) ->> 'lease_token', true);
select is(tests.claim_saga(current_setting('test.id')::uuid), null, 'a second worker gets nothing while the lease lasts');
select is(
  (select j.run_at from core.sagas s join core.jobs j on j.id = s.job_id where s.id = current_setting('test.id')::uuid),
  (select leased_until from core.sagas where id = current_setting('test.id')::uuid), 'its job comes back when the lease is over'
);
select is(core.claim_saga(current_setting('test.id')::uuid, 99), null, 'nor does the job of another turn get anything');

update core.sagas set leased_until = now() where id = current_setting('test.id')::uuid;
select set_config('request.headers', jsonb_build_object('x-saga-step', current_setting('test.id') || ':' || current_setting('test.first'))::text, true);
select lives_ok($$ select core.recall('x', core.nil_uuid(), 'k1', 'null') $$, 'what a step calls passes, late as it is');
select set_config('test.second', tests.claim_saga(current_setting('test.id')::uuid) ->> 'lease_token', true);
select throws_ok(
  $$ select core.recall('x', core.nil_uuid(), 'k2', 'null') $$, 'PT409', 'lease_lost', 'until another worker has the saga: then it is fenced off'
);
select set_config('request.headers', '{"x-saga-step": "nonsense"}', true);
select throws_ok($$ select core.recall('x', core.nil_uuid(), 'k3', 'null') $$, 'PT409', 'lease_lost', 'as is any other fence');
select set_config('request.headers', '{}', true);
select throws_ok(
  format($$ select core.record_saga_step(%L, %L, null, false) $$, current_setting('test.id'), current_setting('test.first')),
  'PT409', 'lease_lost', 'nor does the first record anything'
);
select throws_ok(
  format($$ select core.fail_saga_step(%L, %L, '{}', false) $$, current_setting('test.id'), current_setting('test.first')),
  'PT409', 'lease_lost', 'nor fail it'
);
select is(
  core.record_saga_step(current_setting('test.id')::uuid, current_setting('test.second')::uuid, null, false), 'running', 'the second does'
);
select is(
  (select attempts from core.saga_steps where saga_id = current_setting('test.id')::uuid and position = 1), 2, 'as its second attempt'
);

select * from finish();
rollback;

