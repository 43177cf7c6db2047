begin;
set local search_path = extensions;
select plan(6);

-- The gateway could not send it, and the failure that it logs would say it.
select tests.create_organization();
select set_config('test.clinic', tests.organization_id()::text, true);
create function pg_temp.save(adapter jsonb) returns jsonb language sql as $$
  select public.save_adapter(current_setting('test.clinic')::uuid, '{"name": "crm", "endpoint": "https://crm.test"}' || adapter)
$$;

select tests.authenticate_as('owner');
select throws_ok($$ select pg_temp.save('{"scheme": "bearer", "secret": "two\nlines"}') $$, 'PT422', 'invalid_input', 'a line feed');
select throws_ok($$ select pg_temp.save('{"scheme": "header", "parameter": "X-Key", "secret": "snow\u2603"}') $$, 'PT422', 'invalid_input', 'what is no byte');
select is(pg_temp.save('{"scheme": "basic", "username": "u", "secret": "snow\u2603\n"}') -> 'has_secret', 'true', 'a password is encoded');
select throws_ok($$ select pg_temp.save('{"scheme": "bearer"}') $$, 'PT422', 'invalid_input', 'and is no token then');
select is(pg_temp.save('{"scheme": "bearer", "secret": "plain"}') ->> 'scheme', 'bearer', 'unless another is given');
select is(pg_temp.save('{"version": "2"}') ->> 'version', '2', 'the rest changes without it');

select * from finish();
rollback;
