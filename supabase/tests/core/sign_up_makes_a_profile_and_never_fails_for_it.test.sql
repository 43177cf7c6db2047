begin;
set local search_path = extensions;
select plan(6);

select tests.create_supabase_user('ada');
select results_eq($$ select display_name, locale from public.profiles where id = tests.get_supabase_uid('ada') $$, $$ values ('Ada', 'en') $$, 'sign-up makes a profile');

insert into auth.users (id, email, raw_user_meta_data)
values ('00000000-0000-4000-8000-000000000001', 'long@example.com', jsonb_build_object('name', repeat('x', 5000)));
select is(
  (select length(display_name) from public.profiles where id = '00000000-0000-4000-8000-000000000001'), 200,
  'a name of any length is cut, not refused'
);
select lives_ok(
  $$ insert into auth.users (id, email, raw_user_meta_data) values ('00000000-0000-4000-8000-000000000002', 'b@example.com', '["no", "object"]') $$,
  'metadata of another shape does not matter'
);

alter table public.profiles add constraint broken check (display_name <> 'Bob');
set local client_min_messages = error;
select lives_ok($$ select tests.create_supabase_user('bob') $$, 'sign-up succeeds even when the profile cannot be made');
alter table public.profiles drop constraint broken;

select tests.authenticate_as('bob');
select is_empty('select * from public.profiles', 'then there is none');
select public.update_profile('Bob');
select results_eq('select display_name from public.profiles', array['Bob'], 'until the user first needs it');

select * from finish();
rollback;
