begin;
set local search_path = extensions;
select plan(3);

select tests.create_organization();
select set_config('test.slow', tests.create_webhook()::text, true), set_config('test.other', tests.create_webhook()::text, true);
create function pg_temp.ping(webhook text) returns jsonb language sql as $$
  select public.ping_webhook(current_setting('test.' || webhook)::uuid)
$$;

select tests.authenticate_as('owner');
-- None of them has been answered yet: their receiver takes its time.
select is(count(pg_temp.ping('slow')), 10::bigint, 'ten are sent') from generate_series(1, 10);
select throws_ok($$ select pg_temp.ping('slow') $$, 'PT429', 'too_many_tests', 'the eleventh is not, however long the first take');
select lives_ok($$ select pg_temp.ping('other') $$, 'another webhook has ten of its own');

select * from finish();
rollback;
