begin;
set local search_path = extensions;
select plan(5);

create function pg_temp.reason(url text) returns text language plpgsql as $$
declare
  said text;
begin
  perform core.check_outbound_url(url);
  return 'taken';
exception when sqlstate 'PT422' then
  get stacked diagnostics said = pg_exception_detail;
  return said::jsonb ->> 'reason';
end;
$$;

delete from vault.secrets where name = 'outbound_allow_private';
select is_empty(
  $$
    select url from unnest(array[
      'https://example.com', 'https://example.com:8443/a/b?c=d', 'https://8.8.8.8/', 'https://[2606:4700::1111]/x',
      'https://xn--bcher-kva.example/', 'HTTPS://Example.COM/'
    ]) url where pg_temp.reason(url) <> 'taken'
  $$, 'public addresses are taken');
select is_empty(
  $$
    select url from unnest(array[
      null, '', 'example.com', 'ftp://example.com', 'https://', 'https://me:word@example.com/', 'https://me@example.com/',
      'https://example.com/#here', 'https://exa mple.com/', E'https://example.com/\n', 'https://example', 'https://exämple.com/',
      'https://127.1/', 'https://0x7f.0.0.1/', 'https://0177.0.0.1/', 'https://2130706433/', 'https://1.2.3.4.5/', 'https://256.1.1.1/',
      'https://[::1', 'https://[fe80::1%25eth0]/', 'https://example.com\@127.0.0.1/'
    ]) url where pg_temp.reason(url) is distinct from 'form'
  $$, 'what is no plain address is not');
select is_empty(
  $$
    select url from unnest(array[
      'https://127.0.0.1/', 'https://10.0.0.1/', 'https://172.16.0.1/', 'https://192.168.0.1/', 'https://169.254.169.254/',
      'https://100.64.0.1/', 'https://0.0.0.0/', 'https://224.0.0.1/', 'https://255.255.255.255/', 'https://168.63.129.16/',
      'https://[::1]/', 'https://[::]/', 'https://[fe80::1]/', 'https://[fc00::1]/', 'https://[ff02::1]/', 'https://[::ffff:10.0.0.1]/',
      'https://[64:ff9b::a00:1]/', 'https://[2002:a00:1::]/', 'https://[2001::1]/', 'https://localhost/', 'https://a.localhost/',
      'https://localhost./', 'https://printer.local/', 'https://metadata.google.internal/'
    ]) url where pg_temp.reason(url) <> 'address'
  $$, 'what is not on the public internet is not');
select results_eq(
  $$ select pg_temp.reason(url) from unnest(array['http://example.com/', 'https://example.com:22/', 'https://example.com:0/', 'https://example.com:70000/']) url $$,
  array['scheme', 'port', 'port', 'port'], 'nor is http, nor a port of something else');

select vault.create_secret('10.0.0.1:8080, receiver.internal', 'outbound_allow_private');
select results_eq(
  $$ select pg_temp.reason(url) from unnest(array['http://10.0.0.1:8080/', 'http://receiver.internal/', 'http://10.0.0.1/', 'https://10.0.0.2:8080/']) url $$,
  array['taken', 'taken', 'scheme', 'address'], 'the operator''s exceptions are these hosts and no others');

select * from finish();
rollback;
