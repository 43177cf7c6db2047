begin;
set local search_path = extensions;
select plan(7);
select tests.create_organization('clinic', 'owner'), tests.create_organization('bank', 'outsider');
create function pg_temp.report(error text) returns void language sql as $$
  select public.settle_requests(jsonb_build_array(jsonb_build_object('kind', 'plugin', 'organization_id', tests.organization_id('clinic'),
    'plugin', 'pii-masking', 'error', error)))
$$;
create function pg_temp.state() returns text language sql as
  $$ select concat_ws(' ', p.enabled, p.failures, p.failed_total) from public.organization_plugins p $$;

select tests.authenticate_as('owner');
select public.set_organization_plugin(tests.organization_id('clinic'), 'pii-masking');
select tests.authenticate_as_service();
select count(pg_temp.report('TypeError')) from generate_series(1, 9);
select is(pg_temp.state(), 't 9 9', 'nine failures are borne');
select pg_temp.report(null);
select is(pg_temp.state(), 't 0 9', 'a success begins anew');
select count(pg_temp.report('TypeError')) from generate_series(1, 10);
select is(pg_temp.state(), 'f 10 19', 'ten in a row are not');
select tests.clear_authentication();
select is((select count(*)::int from core.events where type = 'organization.plugin_disabled'), 1, 'which is told');

select tests.authenticate_as('owner');
select throws_ok('select public.settle_requests(''[]'')', '42501', null, 'only the gateway reports');
select is(tests.refusal(format('select public.set_organization_plugin(%L, %L)', tests.organization_id('clinic'), 'none')) ->> 'status', 'PT404',
  'there must be such a plugin');
select tests.authenticate_as('outsider');
select is(tests.refusal(format('select public.set_organization_plugin(%L, %L)', tests.organization_id('clinic'), 'pii-masking')) ->> 'status', 'PT403',
  'nobody sets up another''s');

select * from finish();
rollback;
