begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"minimum_notice_minutes": 14400, "booking_horizon_days": 12}', any_of => array['Ann', 'Bob']);

create function pg_temp.book(identifier text, extra text) returns text
language sql as $$
  select coalesce(r ->> 'code', 'booked') from (select tests.refusal(format('select tests.value_as(%L, %L)', identifier,
    'select public.book_appointment(' || quote_literal(tests.service_id('Consultation')) || ', ' || extra || ')')) r) x
$$;

select is(
  pg_temp.book('desk', format('%L, customer_id => %L', tests.day_at(2, '10:00'), tests.get_supabase_uid('customer'))), 'booked',
  'for a customer, before the notice that binds customers'
);
select results_eq(
  'select customer_id from public.appointments', array[tests.get_supabase_uid('customer')], 'whose appointment it is'
);
select is(
  pg_temp.book('desk', format('%L, guest => %L', tests.day_at(20, '10:00'), '{"name": " Gus ", "email": "Gus@X.co"}')), 'booked',
  'for a guest, beyond the horizon'
);
select results_eq(
  'select guest_name, guest_email from public.appointments where customer_id is null', $$ values ('Gus', 'gus@x.co') $$,
  'their name and address are tidied'
);
select is(
  pg_temp.book('desk', format('%L, customer_id => %L', tests.day_at(-1, '10:00'), tests.get_supabase_uid('customer'))), 'slot_not_offered',
  'never in the past'
);
select is(
  pg_temp.book('desk', format('%L, customer_id => gen_random_uuid()', tests.day_at(2, '11:00'))), 'invalid_input', 'a customer must exist'
);
select is(
  pg_temp.book('ann', format('%L, customer_id => %L', tests.day_at(11, '10:00'), tests.get_supabase_uid('customer'))), 'permission_denied',
  'staff without the desk''s permission book for nobody else'
);
select is(
  pg_temp.book('outsider', format('%L, customer_id => %L', tests.day_at(11, '10:00'), tests.get_supabase_uid('customer'))), 'permission_denied',
  'nor does the owner of another organization'
);

select * from finish();
rollback;
