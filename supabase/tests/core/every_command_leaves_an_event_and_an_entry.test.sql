begin;
set local search_path = extensions;
select plan(3);

select tests.create_organization();
select tests.create_supabase_user('new', 'new@example.com');
select tests.authenticate_as('owner');
select public.update_organization(tests.organization_id(), listed => true);
select set_config('test.token', public.invite_member(tests.organization_id(), 'new@example.com', 'staff') ->> 'token', true);
select tests.authenticate_as('new');
select public.accept_invitation(current_setting('test.token'));
select public.update_profile('New');
select tests.authenticate_as('owner');
select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('new'), 'viewer');
select public.remove_member(tests.organization_id(), tests.get_supabase_uid('new'));
select public.invite_member(tests.organization_id(), 'other@example.com', 'staff');
select public.revoke_invitation((select id from public.invitations where email = 'other@example.com'));
select tests.clear_authentication();

select results_eq(
  $$ select type from core.events where tests.get_supabase_uid('new') = aggregate_id or organization_id = tests.organization_id() order by position $$,
  array[
    'organization.created', 'organization.updated', 'member.invited', 'member.joined', 'profile.updated',
    'member.role_changed', 'member.removed', 'member.invited', 'member.invitation_revoked'
  ],
  'an event each'
);
-- Ids of one millisecond have no order.
select bag_eq(
  $$ select action from public.audit_entries where tests.get_supabase_uid('new') = subject_id or organization_id = tests.organization_id() $$,
  array[
    'organization.create', 'organization.update', 'member.invite', 'member.accept_invitation', 'profile.update',
    'member.set_role', 'member.remove', 'member.invite', 'member.revoke_invitation'
  ],
  'an audit entry each'
);
select ok(
  not exists (select from core.events where data::text ~ '@' or data::text ~ current_setting('test.token')),
  'no event holds an address or a token'
);

select * from finish();
rollback;
