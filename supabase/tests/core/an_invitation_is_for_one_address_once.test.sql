begin;
set local search_path = extensions;
select plan(12);

select tests.create_organization();
select tests.create_supabase_user('guest', 'new@example.com');
select tests.create_supabase_user('thief');
select tests.create_supabase_user('unverified', 'late@example.com');
update auth.users set email_confirmed_at = null where email = 'late@example.com';

select tests.authenticate_as('owner');
select set_config('test.token', public.invite_member(tests.organization_id(), ' New@Example.com ', 'staff') ->> 'token', true);
select set_config('test.late', public.invite_member(tests.organization_id(), 'late@example.com', 'staff') ->> 'token', true);
select ok(length(current_setting('test.token')) >= 40, 'the inviter is told a long token');
select set_eq('select email from public.invitations', array['new@example.com', 'late@example.com'], 'and sees the open offers');
select throws_ok('select * from core.invitation_tokens', '42501', null, 'what is kept of tokens is nobody''s to read');

select tests.as_anon();
select throws_ok(
  $$ select public.accept_invitation(current_setting('test.token')) $$, '42501', null, 'a guest cannot accept'
);
select tests.authenticate_as('thief');
select throws_ok(
  $$ select public.accept_invitation(current_setting('test.token')) $$,
  'PT403', 'invitation_for_another_email', 'nor can someone who got hold of the token'
);
select throws_ok($$ select public.accept_invitation('guessed') $$, 'PT404', 'not_found', 'a guessed token is none');
select tests.authenticate_as('unverified');
select throws_ok(
  $$ select public.accept_invitation(current_setting('test.late')) $$,
  'PT403', 'invitation_for_another_email', 'an address that is not verified does not count'
);

select tests.authenticate_as('guest');
select lives_ok($$ select public.accept_invitation(current_setting('test.token')) $$, 'the invited one can accept');
select results_eq('select role from public.memberships where user_id = auth.uid()', array['staff'], 'and has the offered role');
select throws_ok(
  $$ select public.accept_invitation(current_setting('test.token')) $$, 'PT409', 'invitation_closed', 'once'
);
select tests.authenticate_as('owner');
select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('guest'), 'admin');
select set_config('test.token', public.invite_member(tests.organization_id(), 'new@example.com', 'viewer') ->> 'token', true);
select tests.authenticate_as('guest');
select lives_ok($$ select public.accept_invitation(current_setting('test.token')) $$, 'a member can accept another');
select results_eq(
  'select role from public.memberships where user_id = auth.uid()', array['admin'], 'which never lowers their role'
);

select * from finish();
rollback;
