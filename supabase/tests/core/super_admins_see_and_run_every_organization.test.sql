begin;
set local search_path = extensions;
select plan(4);

select tests.create_organization('one', 'first');
select tests.create_organization('two', 'second');
select tests.create_supabase_user('admin', null, '{"role": "super_admin"}');

select tests.authenticate_as('admin');
select set_eq('select slug from public.organizations where not listed', array['one', 'two'], 'a super admin sees every organization');
select set_eq(
  $$ select user_id from public.memberships m where organization_id in (tests.organization_id('one'), tests.organization_id('two')) $$,
  $$ select unnest(array[tests.get_supabase_uid('first'), tests.get_supabase_uid('second')]) $$,
  'and every member'
);
select lives_ok(
  $$ select public.set_member_role(tests.organization_id('one'), tests.get_supabase_uid('first'), 'owner') $$, 'may change members of any rank'
);
select lives_ok($$ select public.update_organization(tests.organization_id('two'), listed => true) $$, 'and any organization');

select * from finish();
rollback;
