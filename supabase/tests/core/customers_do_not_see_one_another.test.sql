begin;
set local search_path = extensions;
select plan(5);

select tests.create_organization();
select tests.create_member('staff', 'staff');
select tests.create_member('customer', 'customer');
select tests.create_member('neighbour', 'customer');

select tests.authenticate_as('customer');
select results_eq('select display_name from public.profiles', array['Customer'], 'a customer sees their own profile only');
select results_eq('select role from public.memberships', array['customer'], 'and their own membership');
select ok(core.has_permission(tests.organization_id(), 'appointments.book'), 'they may book');
select ok(not core.has_permission(tests.organization_id(), 'members.read'), 'they may not read members');

select tests.authenticate_as('staff');
select set_eq(
  'select display_name from public.profiles',
  array['Owner', 'Staff', 'Customer', 'Neighbour'],
  'staff see whom they serve'
);

select * from finish();
rollback;
