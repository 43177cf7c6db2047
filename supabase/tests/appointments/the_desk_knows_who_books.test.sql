begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select tests.create_supabase_user('stranger');
select tests.authenticate_as('customer');
select public.update_profile(display_name => 'Carla');
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
create function pg_temp.names() returns text language sql as $$
  select string_agg(display_name, ',') from public.profiles where id = tests.get_supabase_uid('customer') $$;

select tests.authenticate_as('ann');
select is(public.get_appointment(current_setting('test.id')::uuid) ->> 'customer_name', 'Carla', 'an appointment names its customer');
select is(pg_temp.names(), 'Carla', 'whose profile staff can read');
select tests.authenticate_as('stranger');
select is(pg_temp.names(), null, 'and nobody outside can');
select tests.authenticate_as('neighbour');
select is(pg_temp.names(), null, 'nor another customer');
select tests.as_anon();
select throws_ok($$ select display_name from public.profiles $$, '42501', null, 'nor anyone who is not signed in');

select * from finish();
rollback;
