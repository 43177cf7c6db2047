begin;
set local search_path = extensions;
select plan(9);

create function pg_temp.append(expected bigint) returns bigint language sql as $$
  select core.append_event(null, 'profile', '00000000-0000-4000-8000-000000000001', 'profile.updated', '{}', expected)
$$;
select throws_ok('select pg_temp.append(3)', 'PT409', 'version_conflict', 'what does not exist has no version 3');
select is(pg_temp.append(0), 1::bigint, 'it has version 0: the first event makes it 1');
select is(pg_temp.append(1), 2::bigint, 'who saw the last version may append');
select throws_ok('select pg_temp.append(1)', 'PT409', 'version_conflict', 'who saw an older one may not');
select is(pg_temp.append(null), 3::bigint, 'who did not ask may');

select is(
  (core.lock_stream('00000000-0000-4000-8000-000000000001', 3)).version, 3::bigint, 'the lock is given to who saw the last version'
);
select throws_ok(
  $$ select core.lock_stream('00000000-0000-4000-8000-000000000001', 2) $$, 'PT409', 'version_conflict', 'not to who saw an older one'
);
select throws_ok($$ select core.lock_stream(gen_random_uuid()) $$, 'PT404', 'not_found', 'what does not exist cannot be locked');
select is((select count(*) from core.events where aggregate_id = '00000000-0000-4000-8000-000000000001'), 3::bigint, 'refused events are not in the log');

select * from finish();
rollback;
