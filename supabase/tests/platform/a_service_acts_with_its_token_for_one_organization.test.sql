begin;
set local search_path = extensions;
select plan(14);

select tests.create_clinic();
select set_config('test.clinic', tests.organization_id()::text, true), set_config('test.bank', tests.organization_id('bank')::text, true);
select set_config('test.token', tests.create_service_token('scores', '{resources.manage,organization.manage,audit.read}'), true);
create function pg_temp.rename(organization text) returns jsonb language sql as $$
  select public.update_organization(current_setting('test.' || organization)::uuid, 'Renamed')
$$;
grant execute on function pg_temp.rename(text) to anon, authenticated;

select tests.request_as(null, current_setting('test.token'));
select is(current_setting('role'), 'authenticated', 'it passes the grants that members pass');
select lives_ok($$ select pg_temp.rename('clinic') $$, 'what its scopes say it may');
select throws_ok($$ select pg_temp.rename('bank') $$, 'PT403', 'permission_denied', 'in no other organization');
select throws_ok(
  $$ select public.set_member_role(current_setting('test.clinic')::uuid, gen_random_uuid(), 'owner') $$, 'PT403', 'permission_denied', 'and no more'
);
select results_eq(
  $$ select actor_kind, actor_id, service_id from public.audit_entries where action = 'organization.update' $$,
  $$ select 'service', (core.current_credential()).id, null::uuid $$,
  'the trail names the service'
);

select tests.request_as(null, current_setting('test.token'), 'owner');
select pg_temp.rename('clinic');
select results_eq(
  $$ select actor_kind, actor_id, service_id from public.audit_entries where action = 'organization.update' and actor_kind = 'user' $$,
  $$ select 'user', auth.uid(), (core.current_credential()).id $$,
  'of a user it says through which service'
);

select tests.request_as();
select throws_ok($$ select core.require(current_setting('test.clinic')::uuid, 'organization.manage') $$, 'PT401', 'not_authenticated', 'the next request without a token is a guest''s');
select throws_ok(
  $$ select public.set_service_context('x.y.z') $$, '42501', null, 'who is nobody says nothing'
);
select tests.clear_authentication();
select set_config('role', 'authenticated', true);
select throws_ok($$ select public.set_service_context('x.y.z') $$, 'PT401', 'invalid_service_token', 'a direct connection shows a token that is good');
select is(public.set_service_context(current_setting('test.token')) ->> 'service', 'scores', 'it is told who it is');
select lives_ok($$ select pg_temp.rename('clinic') $$, 'and acts until the transaction ends');

select tests.clear_authentication();
select set_config('almanac.service_token', '', true);
update core.service_tokens set created_at = now() - interval '20 minutes', expires_at = now() - interval '1 second';
select throws_ok($$ select tests.request_as(null, current_setting('test.token')) $$, 'PT401', 'invalid_service_token', 'an expired token is none');
update core.service_tokens set expires_at = now() + interval '1 minute';
update public.service_registry set status = 'retired' where name = 'scores';
select throws_ok($$ select tests.request_as(null, current_setting('test.token')) $$, 'PT401', 'invalid_service_token', 'a retired service has none');
delete from core.service_tokens;
select throws_ok(
  $$ select tests.request_as(null, current_setting('test.token'), 'owner') $$, 'PT401', 'invalid_service_token', 'a bad token is refused beside a user''s too'
);

select * from finish();
rollback;
