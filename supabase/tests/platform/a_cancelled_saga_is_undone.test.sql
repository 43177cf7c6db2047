begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select set_config('test.id', tests.start_saga()::text, true);
select tests.do_step(current_setting('test.id')::uuid);
select set_config('test.lease', tests.claim_saga(current_setting('test.id')::uuid) ->> 'lease_token', true);
select tests.authenticate_as('owner');
select throws_ok(
  format($$ select public.cancel_saga(%L, null) $$, current_setting('test.id')), 'PT422', 'invalid_input', 'cancelling has a reason'
);
select is(
  public.cancel_saga(current_setting('test.id')::uuid, 'A mistake') ->> 'status', 'running', 'a step that is being done is let end'
);
select lives_ok(format($$ select public.cancel_saga(%L, 'Again') $$, current_setting('test.id')), 'twice is once');
select tests.authenticate_as_service();
select is(
  public.record_saga_step(current_setting('test.id')::uuid, current_setting('test.lease')::uuid), 'compensating', 'then it is undone'
);
select tests.clear_authentication();
select is(tests.do_step(current_setting('test.id')::uuid), 'undone', 'as if a step had failed');
select is(tests.steps_of(current_setting('test.id')::uuid), 'compensated compensated pending', 'all of it');
select is(
  tests.saga_story(current_setting('test.id')::uuid),
  'started, step_done step_1, cancelled, step_done step_2, compensating step_2, undone', 'and told'
);

select set_config('test.new', tests.start_saga()::text, true);
select tests.authenticate_as('owner');
select is(public.cancel_saga(current_setting('test.new')::uuid, 'No') ->> 'status', 'undone', 'one that has not begun is over at once');
select throws_ok(
  format($$ select public.cancel_saga(%L, 'No') $$, current_setting('test.new')), 'PT409', 'saga_not_running', 'what is over cannot be cancelled'
);
select tests.clear_authentication();
select set_config('test.done', tests.start_saga()::text, true);
select tests.claim_saga(current_setting('test.done')::uuid, 1);
select core.record_saga_step(id, lease_token, null, false) from core.sagas where id = current_setting('test.done')::uuid;
select tests.authenticate_as('owner');
select throws_ok(
  format($$ select public.cancel_saga(%L, 'No') $$, current_setting('test.done')), 'PT409', 'saga_not_running', 'nor what is done'
);
select tests.clear_authentication();
select is(tests.saga_status(current_setting('test.done')::uuid), 'done', 'which it stays');

select set_config('test.parked', tests.start_saga()::text, true);
select tests.do_step(current_setting('test.parked')::uuid);
select set_config('test.lease', tests.claim_saga(current_setting('test.parked')::uuid) ->> 'lease_token', true);
select tests.authenticate_as('owner');
select public.cancel_saga(current_setting('test.parked')::uuid, 'No');
select tests.authenticate_as_service();
select public.give_up_saga(current_setting('test.parked')::uuid, current_setting('test.lease')::uuid, '{"code": "unknown_definition"}');
select tests.clear_authentication();
select is(tests.saga_status(current_setting('test.parked')::uuid), 'parked', 'one that is parked meanwhile');
select tests.authenticate_as('owner');
select is(
  public.cancel_saga(current_setting('test.parked')::uuid, 'No') ->> 'status', 'compensating', 'can be cancelled again, and goes back'
);

select * from finish();
rollback;

