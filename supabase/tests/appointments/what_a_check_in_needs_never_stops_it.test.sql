begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann', 'Bob']);
select tests.create_queue(terms => '{"takes_appointments": true, "maximum_length": 1}');
select tests.join_queue();
create function pg_temp.check_in(at time, customer text) returns uuid
language plpgsql as $$
declare
  booked uuid := tests.book('Consultation', tests.day_at(2, at), customer);
begin
  perform tests.value_as('desk', format('select public.check_in_appointment(%L)', booked));
  return booked;
end $$;

select is(
  tests.refusal(format('select tests.value_as(%L, %L)', 'desk', format('select public.join_queue(%L, %L)', tests.queue_id(), tests.type_id()))) ->> 'code',
  'queue_full', 'the line is full'
);
select set_config('test.a', pg_temp.check_in('10:00', 'customer')::text, true);
select is(tests.line_of(), '001 002', 'for walk-ins, not for who has an appointment');
select is((select appointment_id from public.tickets where label = '002'), current_setting('test.a')::uuid, 'who takes the next number');

select tests.value_as('owner', format('select public.update_queue(%L, %L)', tests.queue_id(), '{"active": false}'));
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.a')));
select is((select status from public.tickets where label = '002'), 'left', 'a retired queue stops no cancellation');
select set_config('test.b', pg_temp.check_in('11:00', 'neighbour')::text, true);
select is((select count(*) from public.tickets where appointment_id = current_setting('test.b')::uuid), 0::bigint, 'and takes nobody any more');

select * from finish();
rollback;
