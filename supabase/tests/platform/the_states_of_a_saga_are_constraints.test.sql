begin;
set local search_path = extensions;
select plan(7);

select tests.create_organization();
select set_config('test.id', tests.start_saga()::text, true);
select throws_ok(
  format($$ update core.sagas set status = 'done', finished_at = now() where id = %L $$, current_setting('test.id')),
  '23514', null, 'none is done that was not planned'
);
select tests.do_step(current_setting('test.id')::uuid);
select throws_ok(
  format($$ update core.sagas set status = 'undone', error = '{}', finished_at = now(), current_step = null where id = %L $$, current_setting('test.id')),
  '23514', null, 'none is undone that was not being undone'
);
select throws_ok(
  format($$ update core.sagas set status = 'compensating' where id = %L $$, current_setting('test.id')), '23514', null, 'or undone without a reason'
);
select throws_ok(
  format($$ update core.sagas set current_step = 4 where id = %L $$, current_setting('test.id')), '23514', null, 'none is at a step it has not'
);
select tests.do_step(current_setting('test.id')::uuid), tests.do_step(current_setting('test.id')::uuid);
select throws_ok(
  format($$ update core.sagas set status = 'running', finished_at = null, current_step = 1 where id = %L $$, current_setting('test.id')),
  '23514', null, 'what is done stays so'
);
select throws_ok(
  format($$ update core.saga_steps set output = null where saga_id = %L $$, current_setting('test.id')), '23514', null, 'a step that is done has an answer'
);
select throws_ok(
  format($$ update core.saga_steps set status = 'compensating' where saga_id = %L and position = 2 $$, current_setting('test.id')),
  '23514', null, 'and none is undone that cannot be'
);

select * from finish();
rollback;

