begin;
set local search_path = extensions;
select plan(4);

select tests.create_organization('one', 'first');
select tests.create_organization('two', 'second');
select tests.create_supabase_user('admin', null, '{"role": "super_admin"}');

select tests.authenticate_as('admin');
select set_eq('select slug from public.organizations', array['one', 'two'], 'a super admin sees every organization');
select is((select count(*) from public.memberships), 2::bigint, 'and every member');
select lives_ok(
  $$ select public.set_member_role(tests.organization_id('one'), tests.get_supabase_uid('first'), 'owner') $$, 'may change members of any rank'
);
select lives_ok($$ select public.update_organization(tests.organization_id('two'), listed => true) $$, 'and any organization');

select * from finish();
rollback;
