begin;
set local search_path = extensions;
select plan(9);

-- A key that looks after subscriptions and may read no events: what it could read by a webhook would be all of them.
select tests.create_organization();
select set_config('test.hook', tests.create_webhook()::text, true), set_config('test.pull', tests.subscribe()::text, true);
select set_config('test.keeper', tests.create_api_key('{subscriptions.manage}'), true),
  set_config('test.reader', tests.create_api_key('{subscriptions.manage,events.read}'), true);
create function pg_temp.change(what jsonb) returns jsonb language sql as $$
  select public.update_webhook(current_setting('test.hook')::uuid, what)
$$;
grant execute on function pg_temp.change(jsonb) to anon, authenticated;

select tests.request_as(current_setting('test.keeper'));
select throws_ok($$ select pg_temp.change('{"url": "https://example.org/mine"}') $$, 'PT403', 'permission_denied', 'it sends none to itself');
select throws_ok($$ select pg_temp.change('{"types": ["*"]}') $$, 'PT403', 'permission_denied', 'nor more of them to anyone');
select throws_ok(
  $$ select public.update_subscription(current_setting('test.hook')::uuid, '{"types": ["*"]}') $$, 'PT403', 'permission_denied', 'nor by the subscription behind it'
);
select throws_ok(
  $$ select public.update_subscription(current_setting('test.pull')::uuid, '{"types": ["*"]}') $$, 'PT403', 'permission_denied', 'whoever pulls is given no more either'
);
select is(pg_temp.change('{"name": "Renamed", "status": "paused"}') ->> 'status', 'paused', 'it looks after them');
select is(pg_temp.change('{"status": "active"}') ->> 'status', 'active', 'as before');
select is(public.get_webhook(current_setting('test.hook')::uuid) ->> 'url', 'https://example.com/hook', 'and the address is what it was');

select tests.request_as(current_setting('test.reader'));
select is(pg_temp.change('{"url": "https://example.org/new"}') ->> 'url', 'https://example.org/new', 'who reads events may say where they go');
select is(pg_temp.change('{"types": ["*"]}') -> 'types', '["*"]', 'and which');

select * from finish();
rollback;
