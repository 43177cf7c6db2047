begin;
set local search_path = extensions;
select plan(9);

select tests.create_organization();
select tests.create_member('admin', 'admin');
select tests.create_member('staff', 'staff');

select tests.authenticate_as('admin');
select throws_ok(
  $$ select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('staff'), 'owner') $$,
  'PT403', 'role_outranks_yours', 'an admin cannot make an owner'
);
select throws_ok(
  $$ select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('admin'), 'owner') $$,
  'PT403', 'role_outranks_yours', 'least of all of themselves'
);
select throws_ok(
  $$ select public.invite_member(tests.organization_id(), 'friend@example.com', 'owner') $$,
  'PT403', 'role_outranks_yours', 'nor by invitation'
);
select throws_ok(
  $$ select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('owner'), 'viewer') $$,
  'PT403', 'role_outranks_yours', 'nor demote one'
);
select throws_ok(
  $$ select public.remove_member(tests.organization_id(), tests.get_supabase_uid('owner')) $$,
  'PT403', 'role_outranks_yours', 'nor remove one'
);
select lives_ok(
  $$ select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('staff'), 'admin') $$,
  'their own rank they can grant'
);
select throws_ok(
  $$ select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('staff'), 'emperor') $$,
  'PT422', 'invalid_input', 'a role that does not exist is invalid input'
);

select tests.authenticate_as('owner');
select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('staff'), 'staff');
select tests.authenticate_as('staff');
select throws_ok(
  $$ select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('staff'), 'staff') $$,
  'PT403', 'permission_denied', 'who does not manage members changes none'
);
select results_eq(
  $$ select role from public.memberships order by role $$, array['admin', 'owner', 'staff'], 'what was refused changed nothing'
);

select * from finish();
rollback;
