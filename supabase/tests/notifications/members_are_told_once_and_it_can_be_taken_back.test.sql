begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select tests.create_organization('other', 'stranger');
select tests.create_member('ann', 'staff');
select tests.create_member('bob', 'customer');
select set_config('test.batch', gen_random_uuid()::text, true);
create function pg_temp.notify(after uuid, key text default null) returns jsonb language sql as $$
  select public.notify_members(tests.organization_id(), current_setting('test.batch')::uuid, 'policy.published', 'policy',
    tests.organization_id(), after, 2, key)
$$;
grant execute on function pg_temp.notify(uuid, text) to service_role;

delete from realtime.messages;
select tests.authenticate_as_service();
select set_config('test.slice', pg_temp.notify(null, 'k')::text, true);
select is(current_setting('test.slice')::jsonb - 'after_user_id', '{"members": 2, "more": true}', 'members are told slice by slice');
select is(pg_temp.notify(null, 'k'), current_setting('test.slice')::jsonb, 'the same key tells nobody twice');
select is(pg_temp.notify(null) ->> 'members', '2', 'nor does the same slice');
select is(
  pg_temp.notify((current_setting('test.slice')::jsonb ->> 'after_user_id')::uuid) - 'after_user_id', '{"members": 3, "more": false}', 'until all have been'
);
select tests.clear_authentication();
select set_eq(
  $$ select user_id from public.notifications $$, $$ select user_id from public.memberships where organization_id = tests.organization_id() $$,
  'each member once'
);
select set_eq(
  $$ select topic from realtime.messages where event = 'notification_batch.sent' and topic like 'profile:%' $$,
  $$ select 'profile:' || user_id from public.memberships where organization_id = tests.organization_id() $$, 'and their screens'
);
select is(
  (select sum((data ->> 'members')::int) from core.events where type = 'notification_batch.sent'), 3::bigint, 'the log counts them and names nobody'
);

select tests.authenticate_as_service();
select is(
  public.withdraw_notifications(tests.organization_id('other'), current_setting('test.batch')::uuid) ->> 'members', '0',
  'another organization takes nothing back'
);
select is(
  public.withdraw_notifications(tests.organization_id(), current_setting('test.batch')::uuid, 2), '{"members": 2, "more": true}', 'what was told is taken back'
);
select is(
  public.withdraw_notifications(tests.organization_id(), current_setting('test.batch')::uuid, 2), '{"members": 1, "more": false}', 'slice by slice'
);
select throws_ok('select pg_temp.notify(null)', 'PT409', 'notifications_withdrawn', 'and nothing of it is told any more');
select tests.clear_authentication();
select is_empty('select * from public.notifications', 'the inboxes are as before');
select tests.authenticate_as('owner');
select throws_ok(
  $$ select public.notify_members(tests.organization_id(), gen_random_uuid(), 'a.b', 'policy', gen_random_uuid()) $$, '42501', null, 'users notify nobody'
);

select * from finish();
rollback;

