begin;
set local search_path = extensions;
select plan(16);

select tests.create_clinic();
select set_config('test.clinic', tests.organization_id()::text, true);
select set_config('test.service', tests.value_as('owner', format('select public.register_service(%L, %L)',
  '{"name": "scores", "version": "1", "endpoint": "https://scores.test", "allowed_scopes": ["resources.read"]}', tests.organization_id())), true);
create function pg_temp.issue(secret text default null) returns jsonb language sql as $$
  select public.issue_service_token((s ->> 'client_id')::uuid, coalesce(secret, s ->> 'client_secret')) from (select current_setting('test.service')::jsonb as s) t
$$;
create function pg_temp.seal(id uuid, token text) returns void language sql as $$
  select public.seal_service_token(id, encode(sha256(convert_to(token, 'UTF8')), 'hex'))
$$;
grant execute on function pg_temp.issue(text), pg_temp.seal(uuid, text) to authenticated, service_role;

select tests.authenticate_as('owner');
select throws_ok($$ select pg_temp.issue() $$, '42501', null, 'only the function issues');
select throws_ok($$ select public.service_signing_key() $$, '42501', null, 'and holds the key');
select tests.authenticate_as_service();
select throws_ok($$ select pg_temp.issue('alms_x') $$, 'PT401', 'invalid_client', 'for who has the secret');
select set_config('test.token', pg_temp.issue()::text, true);
select is(current_setting('test.token')::jsonb -> 'scopes', '["resources.read"]', 'all its scopes when it names none');
select throws_ok($$ select tests.request_as(null, 'signed') $$, 'PT401', 'invalid_service_token', 'before it is sealed it opens nothing');
select tests.authenticate_as_service();
select set_config('request.headers', '', true);
select lives_ok($$ select pg_temp.seal((current_setting('test.token')::jsonb ->> 'id')::uuid, 'signed') $$, 'the function seals what it signed');
select throws_ok($$ select pg_temp.seal((current_setting('test.token')::jsonb ->> 'id')::uuid, 'another') $$, 'PT409', 'conflict', 'once');
select set_config('test.late', pg_temp.issue() ->> 'id', true);
select tests.request_as(null, 'signed');
select is((select count(*)::int from public.resources), 3, 'then it is in force');

select tests.authenticate_as('owner');
select set_config('request.headers', '', true);
select is(public.revoke_service_tokens((current_setting('test.service')::jsonb ->> 'id')::uuid), '{"revoked": 2}', 'revoking takes those that are being signed too');
select tests.authenticate_as_service();
select throws_ok($$ select pg_temp.seal(current_setting('test.late')::uuid, 'late') $$, 'PT409', 'conflict', 'so none is sealed afterwards');

create function pg_temp.offer(kid text) returns jsonb language sql as $$
  select public.store_service_signing_key(kid, '{"kty": "EC", "x": "1", "y": "2"}', '{"kty": "EC", "x": "1", "y": "2", "d": "secret"}')
$$;
grant execute on function pg_temp.offer(text) to service_role;
select is(pg_temp.offer('one') ->> 'kid', 'one', 'the first key is kept');
select is(pg_temp.offer('two') ->> 'kid', 'one', 'of two made at once the second is given the first');
select public.retire_service_signing_key();
select is(pg_temp.offer('three') ->> 'kid', 'three', 'after it is retired another signs');
select tests.as_anon();
select is(jsonb_path_query_array(public.service_signing_keys(), '$.keys[*].kid'), '["one", "three"]', 'both verify');
select ok(not public.service_signing_keys()::text ~ 'secret', 'no private half is shown');
select tests.authenticate_as_service();
select public.retire_service_signing_key(true);
select is(public.service_signing_keys(), '{"keys": []}', 'a compromised key verifies nothing');

select * from finish();
rollback;
