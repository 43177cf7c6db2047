begin;
set local search_path = extensions;
select plan(3);

select core.register_queue('tests', 'tests');
insert into core.jobs (queue, kind, status, finished_at)
select 'tests', status || ' ' || days, status, now() - make_interval(days => days)
from unnest(array['done', 'dead']) status, unnest(array[6, 8, 31]) days;
insert into core.jobs (queue, kind, created_at, run_at) values ('tests', 'ready', now() - interval '1 year', now() - interval '1 year');
insert into core.idempotency_keys (scope, command, caller, key, request_hash, answer, created_at)
select core.nil_uuid(), 'test', 'system', hours::text, '', '{}', now() - make_interval(hours => hours) from unnest(array[23, 25]) hours;

select lives_ok('select core.keep_house()', 'the house is kept');
select set_eq(
  $$ select kind from core.jobs where queue = 'tests' $$, array['done 6', 'dead 6', 'dead 8', 'ready'],
  'done jobs stay a week, dead ones a month, the others until they are worked'
);
select set_eq(
  $$ select key from core.idempotency_keys where command = 'test' $$, array['23'], 'idempotency keys stay a day'
);

select * from finish();
rollback;
