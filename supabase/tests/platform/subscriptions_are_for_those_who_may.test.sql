begin;
set local search_path = extensions;
select plan(24);

select tests.create_organization();
select tests.create_organization('bank', 'banker');
select tests.create_member('scheduler', 'scheduler');
select tests.create_member('staff', 'staff');
select tests.stop_the_clock();
select tests.commit_events();

select tests.authenticate_as('owner');
create temporary table t as
select (public.create_subscription(tests.organization_id(), '{"name": "Mirror", "types": ["*"]}', 'key') ->> 'id')::uuid as s;
grant select on t to public;
select is((public.create_subscription(tests.organization_id(), '{"name": "Mirror", "types": ["*"]}', 'key') ->> 'id')::uuid, s, 'the same key makes it once') from t;
select throws_ok($$ select public.create_subscription(tests.organization_id(), '{"name": "Mirror ", "types": ["*"]}') $$, 'PT409', 'subscription_exists', 'a name is used once');
select throws_ok(format($$ select public.create_subscription(tests.organization_id(), %L) $$, f), 'PT422', 'invalid_input', f)
from (values ('{"types": ["*"]}'), ('{"name": "x"}'), ('{"name": "x", "types": []}'), ('{"name": "x", "types": ["Appointment"]}'),
  ('{"name": "x", "types": ["*"], "members": 65}'), ('{"name": "x", "types": ["*"], "delivery": "webhook"}')) v (f);
select throws_ok($$ select public.create_subscription(null, '{"name": "x", "types": ["*"]}') $$, 'PT403', 'permission_denied', 'all organizations are the operator''s');
select throws_ok($$ select public.create_subscription(tests.organization_id('bank'), '{"name": "x", "types": ["*"]}') $$, 'PT404', 'not_found', 'another organization''s are its own');

select tests.authenticate_as('scheduler');
select isnt_empty('select * from public.subscriptions', 'who reads events sees subscriptions');
select lives_ok(format('select public.claim_events(%L)', s), 'and may claim') from t;
select throws_ok(format('select public.pause_subscription(%L)', s), 'PT403', 'permission_denied', 'but not manage') from t;
select throws_ok(format('select public.redrive_dead_letters(%L)', s), 'PT403', 'permission_denied', 'nor redrive') from t;

select tests.authenticate_as('staff');
select is_empty('select * from public.subscriptions', 'other members see none');
select throws_ok(format('select public.claim_events(%L)', s), 'PT403', 'permission_denied', 'and claim nothing') from t;

select tests.authenticate_as('banker');
select is_empty('select * from public.subscriptions', 'outsiders see none');
select throws_ok(format('select public.%s', f), 'PT404', 'not_found', f)
from t, lateral (values (format('claim_events(%L)', s)), (format('ack_events(%L, gen_random_uuid())', s)), (format('subscription_stats(%L)', s)),
  (format('delete_subscription(%L)', s)), (format('list_dead_letters(%L)', s))) v (f);

select tests.as_anon();
select throws_ok(format('select public.claim_events(%L)', s), '42501', null, 'guests call none of it') from t;
select throws_ok('select * from public.subscriptions', '42501', null, 'and read nothing');

select * from finish();
rollback;
