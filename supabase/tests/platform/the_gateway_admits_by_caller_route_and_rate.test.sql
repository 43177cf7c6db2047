begin;
set local search_path = extensions;
select plan(13);
select tests.create_organization('clinic', 'owner'), tests.create_organization('bank', 'outsider');
select tests.create_member('customer', 'customer');
create temporary table made as
select (core.save_adapter(tests.organization_id('clinic'),
  '{"name": "sms", "endpoint": "https://api.example.com", "scheme": "bearer", "secret": "hush"}') ->> 'service_id')::uuid as id
from (select set_config('request.jwt.claims', '{"role": "service_role"}', true)) as as_service;
grant select on made to service_role;

create function pg_temp.admitted(request jsonb) returns jsonb language sql as
  $$ select core.admit_request('{"service": "sms", "path": "/x", "method": "GET"}' || request) $$;
create function pg_temp.said(who text, request jsonb default '{}') returns text language sql as $$
  select coalesce(a #>> '{refusal,code}', 'admitted') from pg_temp.admitted(
    jsonb_build_object('user_id', tests.get_supabase_uid(who), 'organization_id', tests.organization_id('clinic')) || request) a
$$;
select tests.authenticate_as_service();

select is(pg_temp.said('owner'), 'admitted', 'an owner may call');
select is(pg_temp.said('customer'), 'permission_denied', 'a customer may not');
select is(pg_temp.said('outsider'), 'foreign_organization', 'an outsider does not belong');
select is(pg_temp.said('owner', '{"service": "none"}'), 'service_not_found', 'there must be such a service');
select is(pg_temp.admitted('{"address": "203.0.113.9"}') #>> '{refusal,code}', 'service_not_found', 'to a guest of no organization it is not there');
select is(pg_temp.admitted('{"api_key": "alm_x", "address": "203.0.113.9"}') #>> '{refusal,code}', 'invalid_api_key', 'a wrong key is refused');
select is((select remaining from (select (pg_temp.admitted('{"address": "203.0.113.9"}') #>> '{rate,ratelimit-remaining}')::int as remaining) r), 597,
  'and used up what the address has');

select public.set_service_route((select id from made), '{"allowed_methods": ["GET"], "allowed_paths": ["/v1/*"]}');
select is(pg_temp.said('owner'), 'path_not_allowed', 'only open paths');
select is(pg_temp.said('owner', '{"path": "/v1/a", "method": "POST"}'), 'method_not_allowed', 'and methods');
select is(pg_temp.said('owner', '{"path": "/v1/a", "origin": "https://a.example"}'), 'origin_not_allowed', 'and origins');
select tests.clear_authentication();
select core.breaker_report('service:' || (select id from made), false, 1, 60);
select tests.authenticate_as_service();
select is(pg_temp.said('owner', '{"path": "/v1/a"}'), 'circuit_open', 'a service that failed is left alone');

select tests.authenticate_as('owner');
select throws_ok('select core.admit_request(''{}'')', '42501', null, 'only the gateway asks');
select is((select count(*) from public.list_adapters(tests.organization_id('clinic')) a where a::text like '%hush%'), 0::bigint, 'nobody is told a secret');

select * from finish();
rollback;
