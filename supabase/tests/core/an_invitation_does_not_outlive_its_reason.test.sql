begin;
set local search_path = extensions;
select plan(9);

select tests.create_organization();
select tests.create_member('admin', 'admin');
select tests.create_supabase_user('guest', 'new@example.com');
select tests.create_supabase_user('outsider');

select tests.authenticate_as('owner');
select set_config('test.first', public.invite_member(tests.organization_id(), 'new@example.com', 'staff') ->> 'token', true);
select set_config('test.second', public.invite_member(tests.organization_id(), 'new@example.com', 'viewer') ->> 'token', true);
select set_config('test.id', (select id::text from public.invitations where role = 'viewer'), true);

select tests.authenticate_as('guest');
select throws_ok(
  $$ select public.accept_invitation(current_setting('test.first')) $$, 'PT409', 'invitation_closed', 'a newer offer takes the older back'
);
select tests.authenticate_as('outsider');
select throws_ok(
  $$ select public.revoke_invitation(current_setting('test.id')::uuid) $$, 'PT404', 'not_found', 'to an outsider an invitation does not exist'
);
select tests.authenticate_as('owner');
select lives_ok($$ select public.revoke_invitation(current_setting('test.id')::uuid) $$, 'a manager can take an offer back');
select throws_ok(
  $$ select public.revoke_invitation(current_setting('test.id')::uuid) $$, 'PT409', 'invitation_closed', 'once'
);
select tests.authenticate_as('guest');
select throws_ok(
  $$ select public.accept_invitation(current_setting('test.second')) $$, 'PT409', 'invitation_closed', 'then it cannot be accepted'
);

select tests.authenticate_as('admin');
select set_config('test.third', public.invite_member(tests.organization_id(), 'new@example.com', 'admin') ->> 'token', true);
select tests.authenticate_as('owner');
select public.remove_member(tests.organization_id(), tests.get_supabase_uid('admin'));
select tests.authenticate_as('guest');
select throws_ok(
  $$ select public.accept_invitation(current_setting('test.third')) $$, 'PT409', 'invitation_closed', 'the offers of a removed manager end with them'
);

select tests.clear_authentication();
select tests.create_member('passing', 'admin');
select tests.authenticate_as('passing');
select set_config('test.passing', public.invite_member(tests.organization_id(), 'new@example.com', 'admin') ->> 'token', true);
select tests.clear_authentication();
delete from auth.users where id = tests.get_supabase_uid('passing');
select tests.authenticate_as('guest');
select throws_ok(
  $$ select public.accept_invitation(current_setting('test.passing')) $$, 'PT409', 'invitation_closed', 'and those of an account that was deleted'
);

select tests.authenticate_as('owner');
select set_config('test.fourth', public.invite_member(tests.organization_id(), 'new@example.com', 'staff') ->> 'token', true);
select tests.clear_authentication();
update public.invitations set created_at = now() - interval '8 days', expires_at = now() - interval '1 day' where revoked_at is null;
select tests.authenticate_as('guest');
select throws_ok(
  $$ select public.accept_invitation(current_setting('test.fourth')) $$, 'PT409', 'invitation_closed', 'an offer expires'
);
select is_empty('select * from public.memberships', 'the guest is a member of nothing');

select * from finish();
rollback;
