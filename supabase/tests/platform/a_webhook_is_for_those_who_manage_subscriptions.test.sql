begin;
set local search_path = extensions;
select plan(17);

select tests.create_organization();
select tests.create_organization('bank', 'banker');
select tests.create_member('staff', 'staff');
select tests.create_member('admin', 'admin');
create temporary table t as select tests.create_webhook() as id;
grant select on t to anon, authenticated;
create function pg_temp.made() returns jsonb language sql as $$
  select public.create_webhook(tests.organization_id(),
    jsonb_build_object('name', gen_random_uuid(), 'types', '["*"]'::jsonb, 'url', 'https://example.com/x'))
$$;

select tests.authenticate_as('admin');
select matches(pg_temp.made() ->> 'secret', '^whsec_[A-Za-z0-9+/]{43}=$', 'an admin makes one, and is told its secret');
select is((select public.get_webhook(id) ->> 'status' from t), 'active', 'and reads the owner''s');
select is((select count(*) from public.list_webhooks(tests.organization_id())), 2::bigint, 'and lists both');
select is((select count(*) from public.webhook_endpoints), 2::bigint, 'the table shows them too');

select tests.authenticate_as('staff');
select throws_ok('select pg_temp.made()', 'PT403', 'permission_denied', 'staff make none');
select throws_ok('select public.get_webhook(id) from t', 'PT403', 'permission_denied', 'nor read one');
select throws_ok('select public.rotate_webhook_secret(id) from t', 'PT403', 'permission_denied', 'nor get a secret');
select is_empty('select * from public.webhook_endpoints', 'the table shows them nothing');

select tests.authenticate_as('banker');
select throws_ok('select pg_temp.made()', 'PT403', 'permission_denied', 'who runs another organization makes none here');
select throws_ok('select public.get_webhook(id) from t', 'PT404', 'not_found', 'to them it does not exist');
select throws_ok($$ select public.update_webhook(id, '{"status": "paused"}') from t $$, 'PT404', 'not_found', 'to be changed');
select throws_ok('select public.rotate_webhook_secret(id) from t', 'PT404', 'not_found', 'to tell a secret');
select throws_ok('select public.ping_webhook(id) from t', 'PT404', 'not_found', 'to be tested');
select throws_ok('select public.delete_webhook(id) from t', 'PT404', 'not_found', 'or deleted');
select is_empty('select * from public.webhook_endpoints', 'and its address is not theirs to see');
select throws_ok('select public.claim_webhooks(gen_random_uuid(), 1, 1)', '42501', null, 'nobody claims but a worker');

select tests.clear_authentication();
set local role anon;
select throws_ok('select public.list_webhooks(tests.organization_id())', '42501', null, 'guests call nothing');

reset role;
select * from finish();
rollback;
