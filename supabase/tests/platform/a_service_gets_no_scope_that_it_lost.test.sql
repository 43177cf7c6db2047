begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select set_config('test.clinic', tests.organization_id()::text, true);
select tests.authenticate_as_service();
create temporary table made as
  select public.register_service('{"name": "scores", "version": "1", "endpoint": "https://scores.test", "allowed_scopes": ["appointments.read", "audit.read"]}') as service;
grant select on made to anon, authenticated, service_role;
create function pg_temp.issue(scopes text[] default null) returns jsonb language sql as $$
  select public.issue_service_token((service ->> 'id')::uuid, service ->> 'client_secret', current_setting('test.clinic')::uuid, scopes) from made
$$;

select tests.authenticate_as('owner');
select public.grant_service((service ->> 'id')::uuid, current_setting('test.clinic')::uuid, '{appointments.read,audit.read}') from made;
select tests.authenticate_as_service();
select is(pg_temp.issue() -> 'scopes', '["appointments.read", "audit.read"]', 'what it was granted it gets');

select public.update_registered_service((service ->> 'id')::uuid, '{"allowed_scopes": ["appointments.read"]}') from made;
select is(pg_temp.issue() -> 'scopes', '["appointments.read"]', 'what the platform took from it no more, whatever grants say');
select throws_ok($$ select pg_temp.issue('{audit.read}') $$, 'PT400', 'invalid_scope', 'nor when it asks for it by name');

select public.update_registered_service((service ->> 'id')::uuid, '{"allowed_scopes": ["appointments.read", "audit.read"]}') from made;
select is(pg_temp.issue('{audit.read}') -> 'scopes', '["audit.read"]', 'given back, it is as the organization granted it');
select public.update_registered_service((service ->> 'id')::uuid, '{"allowed_scopes": []}') from made;
select is(pg_temp.issue() -> 'scopes', '[]', 'with none it still acts for users');

select * from finish();
rollback;
