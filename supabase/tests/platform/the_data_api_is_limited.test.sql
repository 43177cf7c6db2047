begin;
set local search_path = extensions;
select plan(11);
select tests.create_organization('clinic', 'owner'), tests.create_supabase_user('somebody');
update core.rate_tiers set max_requests = 2, burst = 2 where name in ('guest', 'standard');
update core.rate_routes set max_requests = 1, burst = 1 where route = 'rpc/place_hold';

-- As PostgREST calls it; what was refused is told as the answer it becomes.
create function pg_temp.request(method text, path text, address text default '203.0.113.9') returns text language plpgsql as $$
declare answer jsonb;
begin
  perform set_config('request.method', method, true), set_config('request.path', path, true),
    set_config('request.headers', jsonb_build_object('cf-connecting-ip', address)::text, true);
  perform core.before_request();
  return '200';
exception when sqlstate 'PGRST' then
  get stacked diagnostics answer = pg_exception_detail;
  return (answer ->> 'status') || ' ' || (answer -> 'headers' ->> 'retry-after');
end $$;

select tests.as_anon();
select is(
  array(select pg_temp.request('POST', '/rpc/available_slots') from generate_series(1, 3)), array['200', '200', '429 30'], 'guests are limited by address'
);
select is(pg_temp.request('GET', '/organizations'), '429 30', 'who took too much reads nothing either');
select is(pg_temp.request('POST', '/rpc/available_slots', '203.0.113.10'), '200', 'another address is served');
select is(
  array(select pg_temp.request('GET', '/organizations', '203.0.113.11') from generate_series(1, 9)), array_fill('200'::text, array[9]), 'reads take nothing'
);
select is(
  array(select pg_temp.request('POST', '/rpc/place_hold', '203.0.113.12') from generate_series(1, 2)), array['200', '429 60'], 'a route has limits of its own'
);
select is(pg_temp.request('POST', '/rpc/available_slots', '203.0.113.12'), '200', 'which leave the rest alone');

select tests.authenticate_as('somebody');
select is(
  array(select pg_temp.request('POST', '/rpc/x') from generate_series(1, 3)), array['200', '200', '429 30'], 'users by their account, whatever their address'
);
select isnt(current_setting('response.headers', true), '', 'whoever passes is told what is left');

select tests.authenticate_as_service();
select is(
  array(select pg_temp.request('POST', '/rpc/x') from generate_series(1, 5)), array_fill('200'::text, array[5]), 'secret keys are not limited'
);
select is(
  public.set_organization_tier(tests.organization_id('clinic'), 'premium') ->> 'tier', 'premium', 'the operator gives a tier'
);
select tests.authenticate_as('owner');
select is(
  array(select pg_temp.request('POST', '/rpc/x') from generate_series(1, 5)), array_fill('200'::text, array[5]), 'which its members have'
);

select * from finish();
rollback;
