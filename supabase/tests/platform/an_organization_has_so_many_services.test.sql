begin;
set local search_path = extensions;
select plan(7);

-- Each is looked at every half minute, by jobs that everybody's wait behind.
select tests.create_organization();
select tests.create_organization('bank', 'banker');
select set_config('test.clinic', tests.organization_id()::text, true), set_config('test.bank', tests.organization_id('bank')::text, true);
insert into public.service_registry (organization_id, name, version, endpoint)
select tests.organization_id(), 'service-' || n, '1', 'https://service.test' from generate_series(1, 99) n;
create function pg_temp.register(name text, organization text default 'clinic') returns jsonb language sql as $$
  select public.register_service(jsonb_build_object('name', name, 'version', '1', 'endpoint', 'https://service.test'),
    current_setting('test.' || organization)::uuid)
$$;
create function pg_temp.adapt(adapter jsonb) returns jsonb language sql as $$
  select public.save_adapter(current_setting('test.clinic')::uuid, adapter)
$$;

select tests.authenticate_as('owner');
select lives_ok($$ select pg_temp.adapt('{"name": "hundredth", "endpoint": "https://service.test"}') $$, 'it has a hundred');
select throws_ok($$ select pg_temp.register('next') $$, 'PT409', 'too_many_services', 'and no more');
select throws_ok($$ select pg_temp.adapt('{"name": "next", "endpoint": "https://service.test"}') $$, 'PT409', 'too_many_services', 'adapters are among them');
select lives_ok($$ select pg_temp.adapt('{"name": "hundredth", "endpoint": "https://other.test"}') $$, 'one that is there can be changed');
select lives_ok($$ select public.retire_registered_service((select id from public.service_registry where name = 'service-1')) $$, 'one that is retired');
select lives_ok($$ select pg_temp.register('next') $$, 'makes room');

select tests.authenticate_as('banker');
select lives_ok($$ select pg_temp.register('first', 'bank') $$, 'another organization has its own hundred');

select * from finish();
rollback;
