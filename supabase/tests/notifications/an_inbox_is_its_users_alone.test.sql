begin;
set local search_path = extensions;
select plan(9);

select tests.create_organization();
select tests.create_member('ann', 'staff');
select tests.create_supabase_user('outsider');
select tests.authenticate_as_service();
select public.notify_members(tests.organization_id(), gen_random_uuid(), 'policy.published', 'policy', tests.organization_id());
select public.notify_members(tests.organization_id(), gen_random_uuid(), 'policy.published', 'policy', tests.organization_id());
select tests.authenticate_as('ann');
select is((select count(*) from public.notifications), 2::bigint, 'a user reads their inbox');
select is(public.mark_notifications_read(array(select id from public.notifications order by id limit 1)), 1, 'and marks one of it as read');
select is(public.mark_notifications_read(), 1, 'or all the rest');
select is(public.mark_notifications_read(), 0, 'which is done then');
select is((select count(*) from public.notifications where read_at is null), 0::bigint, 'none is unread');
select tests.authenticate_as('owner');
select is((select count(*) from public.notifications where read_at is null), 2::bigint, 'that of another is untouched, also by its owner');
select set_config('test.ids', (select array_agg(id)::text from public.notifications), true);
select tests.authenticate_as('outsider');
select is_empty('select * from public.notifications', 'an outsider has none of it');
select is(public.mark_notifications_read(current_setting('test.ids')::uuid[]), 0, 'and marks none of it');
select tests.as_anon();
select throws_ok('select * from public.notifications', '42501', null, 'guests have no inbox');

select * from finish();
rollback;

