begin;
set local search_path = extensions;
select plan(7);

select tests.create_organization();
select tests.create_member('second', 'owner');

select tests.authenticate_as('owner');
select lives_ok(
  $$ select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('second'), 'admin') $$,
  'one of two owners can step down'
);
select throws_ok(
  $$ select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('owner'), 'admin') $$,
  'PT409', 'last_owner', 'the last one cannot'
);
select throws_ok(
  $$ select public.remove_member(tests.organization_id(), tests.get_supabase_uid('owner')) $$,
  'PT409', 'last_owner', 'nor leave'
);

select tests.clear_authentication();
select throws_ok(
  $$ delete from auth.users where id = tests.get_supabase_uid('owner') $$,
  'PT409', 'last_owner', 'nor be deleted with their account'
);
select throws_ok(
  $$ update public.memberships set role = 'customer' $$,
  'PT409', 'last_owner', 'not even a statement by the database''s owner takes the last one away'
);
select results_eq(
  $$ select user_id from public.memberships where role = 'owner' and organization_id = tests.organization_id() $$,
  $$ values (tests.get_supabase_uid('owner')) $$,
  'the owner is still there'
);
select lives_ok('delete from public.organizations where slug = ''clinic''', 'the organization itself can be deleted with its members');

select * from finish();
rollback;
