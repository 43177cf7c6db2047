begin;
set local search_path = extensions;
select plan(7);

select tests.create_organization();
select set_config('test.clinic', tests.organization_id()::text, true);
create function pg_temp.save(adapter jsonb) returns jsonb language sql as $$
  select public.save_adapter(current_setting('test.clinic')::uuid, '{"name": "crm"}' || adapter)
$$;
create function pg_temp.change(changes jsonb) returns jsonb language sql as $$
  select public.update_registered_service(current_setting('test.crm')::uuid, changes)
$$;
create function pg_temp.place() returns text language sql as $$
  select s.endpoint from public.service_registry s where s.id = current_setting('test.crm')::uuid
$$;

select tests.authenticate_as('owner');
select set_config('test.crm', pg_temp.save('{"endpoint": "https://crm.test", "scheme": "bearer", "secret": "s3cret"}') ->> 'service_id', true);
select throws_ok(
  $$ select pg_temp.save('{"endpoint": "https://thief.test"}') $$, 'PT422', 'invalid_input', 'who does not know it does not send it elsewhere'
);
select throws_ok($$ select pg_temp.change('{"endpoint": "https://thief.test"}') $$, 'PT422', 'invalid_input', 'nor by the registry');
select is(pg_temp.place(), 'https://crm.test', 'it stays where it was');
select is(pg_temp.change('{"version": "2", "endpoint": "https://crm.test"}') ->> 'version', '2', 'the rest is the registry''s to change');
select is(pg_temp.save('{"endpoint": "https://new.test", "secret": "s3cret"}') ->> 'endpoint', 'https://new.test', 'who knows it sends it elsewhere');
select throws_ok($$ select pg_temp.change('{"endpoint": "https://crm.test"}') $$, 'PT422', 'invalid_input', 'from where the registry takes it no more');
select set_config('test.crm', public.register_service('{"name": "own", "version": "1", "endpoint": "https://own.test"}', tests.organization_id()) ->> 'id', true);
select is(pg_temp.change('{"endpoint": "https://moved.test"}') ->> 'endpoint', 'https://moved.test', 'a service without one moves as it likes');

select * from finish();
rollback;
