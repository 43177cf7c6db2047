begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
select set_config('test.clinic', tests.organization_id()::text, true);
-- Someone who manages credentials, and not much else.
insert into public.roles (name, rank, description) values ('locksmith', 60, 'Manages credentials');
insert into public.role_permissions (role, permission) values ('locksmith', 'credentials.manage'), ('locksmith', 'appointments.read');
select tests.create_member('locksmith', 'locksmith');
select set_config('test.strong', tests.value_as('owner', format('select public.create_api_key(%L, %L, %L) ->> %L', tests.organization_id(), 'Strong', '{audit.read}', 'id')), true);
select set_config('test.shared', tests.value_as(null, format('select public.register_service(%L) ->> %L',
  '{"name": "shared", "version": "1", "endpoint": "https://shared.test", "allowed_scopes": ["audit.read", "appointments.read"]}', 'id')), true);

create function pg_temp.make(scopes text[]) returns jsonb language sql as $$ select public.create_api_key(current_setting('test.clinic')::uuid, 'Key', scopes) $$;
select tests.authenticate_as('locksmith');
select lives_ok($$ select pg_temp.make('{appointments.read}') $$, 'what one has one gives');
select throws_ok($$ select pg_temp.make('{appointments.read,audit.read}') $$, 'PT403', 'scope_not_yours', 'what one lacks not');
select throws_ok($$ select pg_temp.make('{credentials.manage}') $$, 'PT422', 'invalid_input', 'and a credential makes no credentials');
select throws_ok(
  $$ select public.rotate_api_key(current_setting('test.strong')::uuid) $$, 'PT403', 'scope_not_yours', 'nor by rotating a key that can more'
);
select throws_ok(
  $$ select public.update_api_key((select id from public.api_keys where name = 'Key'), scopes => '{audit.read}') $$, 'PT403', 'scope_not_yours', 'nor by changing one'
);
select throws_ok(
  $$ select public.register_service('{"name": "own", "version": "1", "endpoint": "https://own.test", "allowed_scopes": ["audit.read"]}', current_setting('test.clinic')::uuid) $$,
  'PT403', 'scope_not_yours', 'nor by a service'
);
select throws_ok(
  $$ select public.grant_service(current_setting('test.shared')::uuid, current_setting('test.clinic')::uuid, '{audit.read}') $$, 'PT403', 'scope_not_yours', 'nor by a grant'
);
select lives_ok(
  $$ select public.grant_service(current_setting('test.shared')::uuid, current_setting('test.clinic')::uuid, '{appointments.read}') $$, 'a grant of what one has'
);
select throws_ok($$ select public.register_service('{"name": "p", "version": "1", "endpoint": "https://p.test"}') $$, 'PT403', 'permission_denied', 'a service of the platform is the platform''s');
select lives_ok($$ select public.revoke_api_key(current_setting('test.strong')::uuid) $$, 'whom one could not make one may still revoke');

select tests.authenticate_as('outsider');
select throws_ok($$ select public.revoke_api_key(current_setting('test.strong')::uuid) $$, 'PT404', 'not_found', 'to others it does not exist');

select * from finish();
rollback;
