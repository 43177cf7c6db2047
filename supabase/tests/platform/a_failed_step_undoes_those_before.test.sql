begin;
set local search_path = extensions;
select plan(9);

select tests.create_organization();
select set_config('test.id', tests.start_saga()::text, true);
select tests.do_step(current_setting('test.id')::uuid), tests.do_step(current_setting('test.id')::uuid);
select is(tests.fail_step(current_setting('test.id')::uuid), 'running', 'a step that fails is tried again');
select ok((select run_at > now() and turn = 4 from core.sagas where id = current_setting('test.id')::uuid), 'later, which is a turn of its own');
select is(tests.fail_step(current_setting('test.id')::uuid), 'compensating', 'after its attempts the saga turns back');
select is(tests.steps_of(current_setting('test.id')::uuid), 'done compensated failed', 'what leaves nothing to undo is undone already');
select is(
  (select (c ->> 'direction') || ' ' || (c #>> '{step,name}') || ' ' || (c #>> '{step,idempotency_key}') from tests.claim_saga(current_setting('test.id')::uuid) c),
  format('undo step_3 saga:%s:3:undo:0', current_setting('test.id')), 'the failed step is the first to be undone: it may have half happened'
);
select core.record_saga_step(id, lease_token, null, false) from core.sagas where id = current_setting('test.id')::uuid;
select is(tests.do_step(current_setting('test.id')::uuid), 'undone', 'then those before, the last first');
select is(tests.steps_of(current_setting('test.id')::uuid), 'compensated compensated compensated', 'all is undone');
select is(
  tests.saga_story(current_setting('test.id')::uuid), 'started, step_done step_1, step_done step_2, compensating step_3, undone', 'and told'
);
select is(
  (select error ->> 'code' from core.sagas where id = current_setting('test.id')::uuid), 'broken', 'with the reason'
);

select * from finish();
rollback;

