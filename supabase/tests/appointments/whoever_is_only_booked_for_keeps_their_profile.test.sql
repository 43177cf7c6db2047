begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
update public.profiles set display_name = 'Somebody', phone = '+49 30 1234' where id = tests.get_supabase_uid('customer');

select tests.value_as('desk', format('select public.book_appointment(%L, %L, customer_id => %L) ->> %L',
  tests.service_id('Consultation'), tests.day_at(2, '10:00'), tests.get_supabase_uid('customer'), 'id'));
select tests.authenticate_as('desk');
select is_empty('select phone from public.profiles where display_name = ''Somebody''', 'booking for an account does not open its profile');
select tests.clear_authentication();
select is((select booked_by from public.appointments), tests.get_supabase_uid('desk'), 'it is known who booked');

select tests.book('Consultation', tests.day_at(2, '11:00'));
select tests.authenticate_as('desk');
select results_eq('select phone from public.profiles where display_name = ''Somebody''', array['+49 30 1234'], 'who books themselves can be called');
select tests.clear_authentication();

select * from finish();
rollback;
