begin;
set local search_path = extensions;
select plan(7);

select tests.create_supabase_user('ada');
select tests.create_supabase_user('bob');
select tests.authenticate_as('ada');
select lives_ok($$ select public.update_profile('Ada L.', '+49 30 1234', 'de-DE', 'Europe/Berlin') $$, 'a user changes their profile');
select public.update_profile(phone => '');
select results_eq(
  'select display_name, phone, locale, time_zone from public.profiles',
  $$ values ('Ada L.', null, 'de-DE', 'Europe/Berlin') $$,
  'what is not given stays, what is empty goes'
);
select throws_ok($$ select public.update_profile(time_zone => 'Mars/Base') $$, 'PT422', 'invalid_input', 'the zone must exist');
select throws_ok($$ select public.update_profile(locale => '!') $$, 'PT422', 'invalid_input', 'the locale must be one');
select throws_ok($$ update public.profiles set display_name = 'x' $$, '42501', null, 'nobody writes the table itself');
select tests.as_anon();
select throws_ok($$ select public.update_profile('x') $$, '42501', null, 'a guest has none');
select tests.clear_authentication();
select results_eq(
  $$ select display_name from public.profiles where id in (tests.get_supabase_uid('ada'), tests.get_supabase_uid('bob')) order by 1 $$,
  array['Ada L.', 'Bob'], 'nobody else''s changed'
);

select * from finish();
rollback;
