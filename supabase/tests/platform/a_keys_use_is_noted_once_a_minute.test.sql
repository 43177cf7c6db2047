begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select set_config('test.key', tests.create_api_key('{organization.read}'), true);
create function pg_temp.used(before interval) returns boolean language plpgsql as $$
declare
  noted timestamptz := now() - before;
begin
  perform tests.clear_authentication();
  update public.api_keys set last_used_at = noted;
  perform tests.request_as(current_setting('test.key'));
  perform tests.clear_authentication();
  return (select last_used_at is distinct from noted from public.api_keys);
end;
$$;
select ok(pg_temp.used(null), 'the first use is noted');
select ok(not pg_temp.used('59 seconds'), 'not again within the minute');
select ok(pg_temp.used('61 seconds'), 'then again');
update public.api_keys set last_used_at = null;
set local transaction_read_only = on;
select lives_ok($$ select tests.request_as(current_setting('test.key')) $$, 'what only reads notes nothing, and passes');

select * from finish();
rollback;
