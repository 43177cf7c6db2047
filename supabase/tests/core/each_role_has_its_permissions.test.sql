begin;
set local search_path = extensions;
select plan(9);

create temporary view allowed as
select role, array_agg(permission order by permission) as permissions,
  array(select name from public.permissions order by name) as everything
from public.role_permissions
group by role;

select results_eq(
  $$ select role from allowed where permissions = everything order by role $$,
  array['admin', 'owner'],
  'owner and admin may do everything'
);
select results_eq(
  $$ select array(select unnest(everything) except select unnest(permissions) order by 1) from allowed where role = 'scheduler' $$,
  $$ values (array['audit.read', 'credentials.manage', 'events.publish', 'gateway.manage', 'members.manage', 'metrics.read',
    'organization.manage', 'policies.manage', 'subscriptions.manage']) $$,
  'a scheduler may do all but run the organization'
);
select results_eq(
  $$ select permissions from allowed where role in ('staff', 'trainer') $$,
  $$ select array['appointments.book', 'appointments.manage_own', 'appointments.read', 'gateway.call', 'members.read', 'organization.read',
       'policies.read', 'resources.read', 'schedules.read']
     from generate_series(1, 2) $$,
  'staff and trainers keep their own calendar'
);
select results_eq(
  $$ select permissions from allowed where role = 'viewer' $$,
  $$ values (array['appointments.read', 'members.read', 'organization.read', 'policies.read', 'resources.read', 'schedules.read', 'statistics.read']) $$,
  'a viewer only reads'
);
select results_eq(
  $$ select permissions from allowed where role in ('learner', 'customer') $$,
  $$ select array['appointments.book', 'organization.read', 'policies.read'] from generate_series(1, 2) $$,
  'learners and customers book for themselves'
);

select tests.create_organization();
select tests.create_member('staff', 'staff');
select tests.create_supabase_user('outsider');
select tests.create_supabase_user('admin', null, '{"role": "super_admin"}');
select tests.authenticate_as('staff');
select throws_ok(
  $$ select core.require(tests.organization_id(), 'members.manage') $$, 'PT403', 'permission_denied', 'what a role lacks is refused'
);
select tests.authenticate_as('outsider');
select throws_ok(
  $$ select core.require(tests.organization_id(), 'organization.read') $$, 'PT403', 'permission_denied', 'an outsider has no permission'
);
select tests.as_anon();
select throws_ok(
  $$ select core.require(tests.organization_id(), 'organization.read') $$, 'PT401', 'not_authenticated', 'a guest is asked to sign in'
);
select tests.authenticate_as('admin');
select lives_ok(
  $$ select core.require(tests.organization_id(), 'organization.manage') $$, 'a super admin may do everything everywhere'
);

select * from finish();
rollback;
