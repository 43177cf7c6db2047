begin;
set local search_path = extensions;
select plan(8);

select tests.create_organization();
select set_config('test.id', tests.start_saga()::text, true);
select is(tests.do_step(current_setting('test.id')::uuid, '{"a": 1}'), 'running', 'the first of three steps is done');
select is(tests.do_step(current_setting('test.id')::uuid, '{"done": 1}', true), 'running', 'a slice of the second');
select is(
  (tests.claim_saga(current_setting('test.id')::uuid) -> 'step') - array['input', 'timeout_seconds'],
  jsonb_build_object('position', 2, 'name', 'step_2', 'output', null, 'progress', '{"done": 1}'::jsonb, 'attempt', 1,
    'idempotency_key', format('saga:%s:2:do:1', current_setting('test.id'))),
  'the next slice goes on where it ended, under a key of its own'
);
select is(
  (select input from core.saga_steps where saga_id = current_setting('test.id')::uuid and position = 2),
  '{"input": {"n": 1}, "outputs": {"step_1": {"a": 1}}}', 'a step gets the saga''s input and what came out of the steps before'
);
select core.record_saga_step(id, lease_token, '{}', false) from core.sagas where id = current_setting('test.id')::uuid;
select is(tests.do_step(current_setting('test.id')::uuid), 'done', 'with the last step it is done');
select is(tests.steps_of(current_setting('test.id')::uuid), 'done done done', 'all of it');
select is(
  tests.saga_story(current_setting('test.id')::uuid), 'started, step_done step_1, step_done step_2, step_done step_3, done', 'and tells it'
);
select is(
  (select count(*) from core.jobs where queue = 'tests' and kind = 'advance_saga'), 4::bigint, 'one job a turn, none after the last'
);

select * from finish();
rollback;

