begin;
set local search_path = extensions;
select plan(10);
create function pg_temp.address(headers jsonb) returns text language sql as $$ select core.client_address(headers) $$;
create function pg_temp.proof(address text) returns text language sql as
  $$ select encode(extensions.hmac(convert_to(address, 'UTF8'), convert_to(core.secret('jobs_key'), 'UTF8'), 'sha256'), 'hex') $$;
select vault.create_secret('a secret key', 'jobs_key') where not exists (select from vault.secrets where name = 'jobs_key');

select is(pg_temp.address('{"cf-connecting-ip": "203.0.113.9", "x-forwarded-for": "198.51.100.1, 203.0.113.9"}'), '203.0.113.9',
  'the edge tells it');
select is(pg_temp.address('{"x-forwarded-for": "198.51.100.1, 203.0.113.9"}'), '203.0.113.9',
  'without its header, the last hop: what stands before is what the client wrote');
update core.network_settings set trusted_hops = 2;
select is(pg_temp.address('{"x-forwarded-for": "198.51.100.1, 203.0.113.9, 10.0.0.1"}'), '203.0.113.9', 'behind a proxy of our own, the one before');
select is(pg_temp.address('{"x-forwarded-for": "203.0.113.9"}'), null, 'too short a list tells nothing');
select is(pg_temp.address('{"cf-connecting-ip": "2001:db8:1:2:3:4:5:6"}'), '2001:db8:1:2::', 'of IPv6 the network');
select is(pg_temp.address('{"cf-connecting-ip": "::ffff:203.0.113.9"}'), '203.0.113.9', 'IPv4 is told as such: not all of it is one network');
select is(pg_temp.address('{"cf-connecting-ip": "<script>"}'), null, 'nonsense is no address');
select is(pg_temp.address('{}'), null, 'nor is nothing');

select is(
  pg_temp.address(jsonb_build_object('cf-connecting-ip', '10.9.9.9', 'x-client-address', '203.0.113.7',
    'x-client-address-proof', pg_temp.proof('203.0.113.7'))),
  '203.0.113.7', 'a function vouches for whom it heard');
select is(
  pg_temp.address(jsonb_build_object('cf-connecting-ip', '10.9.9.9', 'x-client-address', '203.0.113.8',
    'x-client-address-proof', pg_temp.proof('203.0.113.7'))),
  '10.9.9.9', 'nobody else can');

select * from finish();
rollback;
