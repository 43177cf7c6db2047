begin;
set local search_path = extensions;
select plan(7);

select tests.create_organization();
select set_config('test.clinic', tests.organization_id()::text, true);
create function pg_temp.save(adapter jsonb) returns jsonb language sql as $$
  select public.save_adapter(current_setting('test.clinic')::uuid, '{"name": "near"}' || adapter)
$$;

select tests.authenticate_as_service();
select pg_temp.save('{"endpoint": "http://10.0.0.5:8080", "scheme": "none", "allow_private": true}');

select tests.authenticate_as('owner');
select throws_ok(
  $$ select pg_temp.save('{"endpoint": "http://10.0.0.6:8080"}') $$, 'PT403', 'permission_denied', 'it is a word for one address and no other'
);
select throws_ok(
  $$ select pg_temp.save('{"scheme": "oauth2", "username": "u", "secret": "s", "token_url": "http://169.254.169.254/latest"}') $$,
  'PT403', 'permission_denied', 'nor for one where tokens are had'
);
select is(pg_temp.save('{"version": "3", "endpoint": "http://10.0.0.5:8080"}') -> 'allow_private', 'true', 'the rest is the organization''s to change');
select throws_ok($$ select pg_temp.save('{"allow_private": true}') $$, 'PT403', 'permission_denied', 'not the word itself');
select is(pg_temp.save('{"endpoint": "https://public.test", "allow_private": false}') -> 'allow_private', 'false', 'it may do without');
select is(pg_temp.save('{"endpoint": "https://other.test"}') ->> 'endpoint', 'https://other.test', 'and then go where it likes');

select tests.authenticate_as_service();
select is(pg_temp.save('{"endpoint": "http://10.0.0.7", "allow_private": true}') -> 'allow_private', 'true', 'the operator gives it anew');

select * from finish();
rollback;
