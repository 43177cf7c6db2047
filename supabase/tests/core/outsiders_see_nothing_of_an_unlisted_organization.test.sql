begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select tests.create_member('viewer', 'viewer');
select tests.create_member('customer', 'customer');
select tests.create_supabase_user('outsider');
select tests.authenticate_as('owner');
select public.update_organization(tests.organization_id(), settings => '{"accent": "secret-teal"}');
select public.invite_member(tests.organization_id(), 'new@example.com', 'staff');

select tests.as_anon();
select is_empty('select * from public.organizations where slug = ''clinic''', 'a guest does not see an unlisted organization');
select throws_ok('select * from public.organization_settings', '42501', null, 'nor may a guest ask for settings');
select throws_ok('select * from public.memberships', '42501', null, 'nor for members');

select tests.authenticate_as('outsider');
select is_empty('select * from public.organizations where slug = ''clinic''', 'an outsider does not see it');
select is_empty('select * from public.organization_settings', 'nor its settings');
select is_empty('select * from public.memberships', 'nor its members');
select is_empty('select * from public.invitations', 'nor its invitations');
select results_eq('select display_name from public.profiles', array['Outsider'], 'nor any profile but their own');

select tests.authenticate_as('viewer');
select results_eq('select settings ->> ''accent'' from public.organization_settings', array['secret-teal'], 'a member sees the settings');
select is((select count(*) from public.memberships), 3::bigint, 'and who the members are');
select is_empty('select * from public.invitations', 'but invitations are for those who manage members');

select tests.clear_authentication();
update public.organizations set listed = true where slug = 'clinic';
select tests.as_anon();
select isnt_empty('select * from public.organizations where slug = ''clinic''', 'once listed, everyone sees that it exists');
select throws_ok('select * from public.organization_settings', '42501', null, 'and no more');

select * from finish();
rollback;
