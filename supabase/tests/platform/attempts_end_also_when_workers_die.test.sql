begin;
set local search_path = extensions;
select plan(6);

select tests.create_organization();
select set_config('test.id', tests.start_saga()::text, true);
select is(tests.fail_step(current_setting('test.id')::uuid, true), 'compensating', 'a final refusal is not tried again');
select is(tests.do_step(current_setting('test.id')::uuid), 'undone', 'the first step alone is undone');
select is(tests.steps_of(current_setting('test.id')::uuid), 'compensated pending pending', 'what never began stays untouched');

select set_config('test.lost', tests.start_saga()::text, true);
select tests.claim_saga(current_setting('test.lost')::uuid);
update core.sagas set leased_until = now() where id = current_setting('test.lost')::uuid;
select tests.claim_saga(current_setting('test.lost')::uuid);
update core.sagas set leased_until = now() where id = current_setting('test.lost')::uuid;
select is(tests.claim_saga(current_setting('test.lost')::uuid), null, 'a step that costs its worker each time');
select is(tests.saga_status(current_setting('test.lost')::uuid), 'compensating', 'has failed as well');
select is((select error ->> 'code' from core.sagas where id = current_setting('test.lost')::uuid), 'worker_lost', 'for that reason');

select * from finish();
rollback;

