begin;
set local search_path = extensions;
select plan(5);

create function pg_temp.knock(address text) returns int language sql as $$
  select (public.admit_request(jsonb_build_object('service', 'platform', 'path', '/x', 'method', 'GET', 'address', address))
    -> 'rate' ->> 'ratelimit-remaining')::int
$$;
grant execute on function pg_temp.knock(text) to service_role;
select tests.authenticate_as_service();

select is(pg_temp.knock('2001:db8:1:2::1'), 599, 'a guest of the gateway is known by an address');
select is(pg_temp.knock('2001:db8:1:2:3:4:5:6'), 598, 'whoever has one of IPv6 has the whole network of it');
select is(pg_temp.knock('2001:db8:1:3::1'), 599, 'the next one is another''s');
select is(pg_temp.knock('::ffff:203.0.113.9'), 599, 'IPv4 is no network of IPv6');
select is(pg_temp.knock('203.0.113.9'), 598, 'however it is written');

select * from finish();
rollback;
