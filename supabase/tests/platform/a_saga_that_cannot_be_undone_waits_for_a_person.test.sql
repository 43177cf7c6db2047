begin;
set local search_path = extensions;
select plan(12);

select tests.create_organization();
select tests.create_member('viewer', 'viewer');
select set_config('test.id', tests.start_saga()::text, true);
select tests.do_step(current_setting('test.id')::uuid), tests.fail_step(current_setting('test.id')::uuid, true);
select is(tests.fail_step(current_setting('test.id')::uuid), 'compensating', 'a compensation that fails is tried again');
select is(tests.fail_step(current_setting('test.id')::uuid, true), 'parked', 'and at last left to a person');
select is(tests.claim_saga(current_setting('test.id')::uuid), null, 'no worker gets it any more');

select tests.authenticate_as('viewer');
select throws_ok(
  format($$ select public.resume_saga(%L, 'retry', 'why') $$, current_setting('test.id')), 'PT404', 'not_found', 'nobody else sees it'
);
select tests.authenticate_as('owner');
select throws_ok(
  format($$ select public.resume_saga(%L, 'retry', ' ') $$, current_setting('test.id')), 'PT422', 'invalid_input', 'a decision has a reason'
);
select throws_ok(
  format($$ select public.resume_saga(%L, 'forget', 'why') $$, current_setting('test.id')), 'PT422', 'invalid_input', 'it is retry or skip'
);
select is(
  public.resume_saga(current_setting('test.id')::uuid, 'retry', 'The printer has paper again') ->> 'status', 'compensating', 'it is tried again'
);
select throws_ok(
  format($$ select public.resume_saga(%L, 'skip', 'why') $$, current_setting('test.id')), 'PT409', 'saga_not_parked', 'which is decided once'
);
select tests.clear_authentication();
select tests.fail_step(current_setting('test.id')::uuid), tests.fail_step(current_setting('test.id')::uuid);
select tests.authenticate_as('owner');
select is(
  public.resume_saga(current_setting('test.id')::uuid, 'skip', 'Undone by hand') ->> 'status', 'undone', 'or passed over'
);
select tests.clear_authentication();
select is(tests.steps_of(current_setting('test.id')::uuid), 'skipped failed pending', 'which stays to be seen');
select results_eq(
  $$ select after ->> 'decision', after ->> 'reason' from public.audit_entries
     where action = 'saga.resume' and subject_id = current_setting('test.id')::uuid order by after ->> 'decision' $$,
  $$ values ('retry', 'The printer has paper again'), ('skip', 'Undone by hand') $$, 'the audit says who decided and why'
);
select is(
  tests.saga_story(current_setting('test.id')::uuid),
  'started, step_done step_1, compensating step_2, parked step_1, resumed step_1, parked step_1, resumed step_1, undone', 'and the log what happened'
);

select * from finish();
rollback;

