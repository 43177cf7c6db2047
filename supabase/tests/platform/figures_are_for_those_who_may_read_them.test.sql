begin;
set local search_path = extensions;
select plan(12);

select tests.create_organization('clinic', 'owner');
select tests.create_organization('rival', 'rival_owner');
select tests.create_member('staff', 'staff');
select tests.create_supabase_user('outsider');
select core.count_measure(tests.organization_id('clinic'), 'events', '{"type": "a.mine"}', 3);
select core.count_measure(tests.organization_id('rival'), 'events', '{"type": "a.theirs"}', 4);
select core.count_measure(null, 'events', '{"type": "a.mine"}', 3);
select core.count_measure(null, 'events', '{"type": "a.theirs"}', 4);

create function pg_temp.types(figures jsonb) returns text[] language sql as $$
  select array_agg(f -> 'labels' ->> 'type' order by f -> 'labels' ->> 'type') from jsonb_array_elements(figures) f where f -> 'labels' ->> 'type' like 'a.%'
$$;
grant execute on function pg_temp.types(jsonb) to authenticated, service_role;

select tests.authenticate_as('owner');
select is(pg_temp.types(public.metrics(tests.organization_id('clinic'))), array['a.mine'], 'an organization sees its own');
select is_empty(
  $$ select f ->> 'name' from jsonb_array_elements(public.metrics(tests.organization_id('clinic'))) f
    where f ->> 'name' ~ 'queue|database|statement|breaker|table' $$, 'and nothing of the platform'
);
select throws_ok($$ select public.metrics() $$, 'PT403', 'permission_denied', 'which is not for owners');
select throws_ok(
  $$ select public.metrics(tests.organization_id('rival')) $$, 'PT403', 'permission_denied', 'nor is another organization'
);
select tests.authenticate_as('staff');
select throws_ok(
  $$ select public.metrics(tests.organization_id('clinic')) $$, 'PT403', 'permission_denied', 'a member needs metrics.read'
);
select tests.authenticate_as('outsider');
select throws_ok(
  $$ select public.metrics(tests.organization_id('clinic')) $$, 'PT403', 'permission_denied', 'an outsider sees nothing'
);
select throws_ok($$ select public.metrics(gen_random_uuid()) $$, 'PT403', 'permission_denied', 'of what is none neither');
select tests.authenticate_as_service();
select is(pg_temp.types(public.metrics()), array['a.mine', 'a.theirs'], 'the operator sees all');
select ok(
  array['almanac_queue_jobs', 'almanac_jobs_dead', 'almanac_ticker_lag_seconds', 'almanac_database_bytes', 'almanac_consumer_lag_seconds']
    <@ (select array_agg(f ->> 'name') from jsonb_array_elements(public.metrics()) f), 'and how the platform is'
);
select is(pg_temp.types(public.metrics(tests.organization_id('rival'))), array['a.theirs'], 'or one organization''s');
select tests.clear_authentication();
set local role anon;
select throws_ok($$ select public.metrics() $$, '42501', null, 'guests see nothing');
select throws_ok($$ select public.platform_health() $$, '42501', null, 'nor why the platform is ill');

select * from finish();
rollback;
