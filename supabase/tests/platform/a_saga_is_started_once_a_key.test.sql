begin;
set local search_path = extensions;
select plan(7);

select tests.create_organization();
select is(tests.start_saga('tested', 'key'), tests.start_saga('tested', 'key'), 'the same key is the same saga');
select isnt(tests.start_saga('tested', 'key'), tests.start_saga('tested', 'other'), 'another key another');
select isnt(tests.start_saga('tested'), tests.start_saga('tested'), 'and without one each is its own');
select is((select count(*) from core.jobs where queue = 'tests'), 4::bigint, 'with one job each');
select throws_ok(
  $$ select core.begin_saga(tests.organization_id(), 'tested', '{"n": 2}', null, null, null, 'key', 'tests') $$,
  'PT409', 'idempotency_mismatch', 'another request under the key is refused'
);
update core.idempotency_keys set created_at = now() - interval '2 days';
insert into core.idempotency_keys (scope, command, caller, key, request_hash, created_at)
select core.nil_uuid(), 'x', 'service_role', format('saga:%s:1:do:0', id), '', now() - interval '2 days' from core.sagas;
update core.sagas set status = 'compensating', error = '{}' where id = tests.start_saga('tested', 'key');
update core.sagas set status = 'undone', finished_at = now() where id = tests.start_saga('tested', 'key');
select core.forget_idempotency_keys();
select is(
  (select count(*) from core.idempotency_keys k where k.key like 'saga:%'), 3::bigint, 'keys of steps are kept while their saga is under way'
);
select is(
  (select count(*) from core.idempotency_keys k where k.key like '%' || tests.start_saga('tested', 'key') || '%'), 0::bigint, 'and no longer'
);

select * from finish();
rollback;

