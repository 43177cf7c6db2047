begin;
set local search_path = extensions;
select plan(6);

select tests.create_organization();
select tests.create_member('staff', 'staff');
select tests.create_member('customer', 'customer');
select tests.create_supabase_user('outsider');

select tests.authenticate_as('staff');
select throws_ok(
  $$ select public.remove_member(tests.organization_id(), tests.get_supabase_uid('customer')) $$,
  'PT403', 'permission_denied', 'staff remove nobody'
);
select tests.authenticate_as('outsider');
select throws_ok(
  $$ select public.remove_member(tests.organization_id(), tests.get_supabase_uid('outsider')) $$,
  'PT404', 'not_found', 'an outsider has nothing to leave'
);
select tests.authenticate_as('customer');
select lives_ok(
  $$ select public.remove_member(tests.organization_id(), tests.get_supabase_uid('customer')) $$,
  'a member may leave'
);
select tests.authenticate_as('owner');
select lives_ok(
  $$ select public.remove_member(tests.organization_id(), tests.get_supabase_uid('staff')) $$,
  'a manager may remove a member'
);
select throws_ok(
  $$ select public.remove_member(tests.organization_id(), tests.get_supabase_uid('staff')) $$,
  'PT404', 'not_found', 'once'
);
select results_eq('select role from public.memberships', array['owner'], 'only the owner is left');

select * from finish();
rollback;
