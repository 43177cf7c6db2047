begin;
set local search_path = extensions;
select plan(9);

select tests.create_organization();
create function pg_temp.append(type text) returns bigint language sql as $$
  select core.append_event(tests.organization_id(), 'organization', tests.organization_id(), 'organization.' || type, '{"a": 1}')
$$;
create temporary view last_event as select * from core.events order by position desc limit 1;

select set_config('request.headers',
  '{"x-correlation-id": "018f0000-0000-7000-8000-000000000001", "x-causation-id": "018f0000000070008000000000000002"}', true);
select pg_temp.append('touched');
select results_eq(
  'select type, data, actor_id, actor_kind, correlation_id::text, causation_id::text from last_event',
  $$ values ('organization.touched', '{"a": 1}'::jsonb, null::uuid, 'system',
     '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002') $$,
  'outside of a request the system acts; ids come from the headers'
);
select set_config('request.headers', '{"x-correlation-id": "''; drop table", "x-request-id": "also none"}', true);
select pg_temp.append('touched');
select ok((select correlation_id = id and causation_id is null from last_event), 'ids that are none begin a story of their own');
select set_config('request.headers', '', true);

select set_config('request.jwt.claims', tests.claims_of('owner')::text, true);
select pg_temp.append('touched');
select results_eq('select actor_id, actor_kind from last_event', $$ values (tests.get_supabase_uid('owner'), 'user') $$, 'a user');
select set_config('request.jwt.claims', '{"role": "service_role"}', true);
select pg_temp.append('touched');
select results_eq('select actor_id, actor_kind from last_event', $$ values (null::uuid, 'service') $$, 'a service');
select set_config('request.jwt.claims', '{"role": "anon"}', true);
select pg_temp.append('touched');
select results_eq('select actor_id, actor_kind from last_event', $$ values (null::uuid, 'guest') $$, 'a guest');

select is((select transaction_id from last_event), pg_current_xact_id(), 'the event knows its transaction');
select is((select version from last_event), 6::bigint, 'versions count from the organization''s founding');
select is((select tableoid::regclass::text from core.events where id = (select id from last_event)), 'core.events' || to_char(now() at time zone 'UTC', '_YYYY_MM'), 'it lies in its month');
select throws_ok(
  $$ select core.append_event(null, 'unicorn', gen_random_uuid(), 'unicorn.seen', '{}') $$, 'P0001', null, 'an unknown kind of aggregate is a mistake'
);

select * from finish();
rollback;
