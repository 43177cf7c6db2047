begin;
set local search_path = extensions;
select plan(15);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann', 'Bob']);
select tests.create_queue(terms => '{"takes_appointments": true, "appointment_early_minutes": 1440, "order_by": ["appointment_time", "arrival"]}');

create function pg_temp.check_in_as(customer text, at time) returns uuid
language plpgsql as $$
declare
  booked uuid := tests.book('Consultation', tests.day_at(2, at), customer);
begin
  -- Its day has come.
  update public.appointments a set starts_at = now() + (at - time '12:00'), ends_at = now() + interval '6 hours' where a.id = booked;
  perform tests.value_as('desk', format('select public.check_in_appointment(%L)', booked));
  return booked;
end $$;
create function pg_temp.state(appointment uuid) returns text
language sql as $$
  select format('%s/%s', a.status, t.status) from public.appointments a left join public.tickets t on t.appointment_id = a.id where a.id = appointment
$$;

select tests.join_queue(30);
select set_config('test.a', pg_temp.check_in_as('customer', '14:00')::text, true);
select set_config('test.b', pg_temp.check_in_as('neighbour', '13:00')::text, true);
select is(pg_temp.state(current_setting('test.a')::uuid), 'checked_in/waiting', 'checking in takes a ticket');
select is(tests.line_of(), '003 002 001', 'in the same line as walk-ins, by its time');
select is(
  (select customer_id from public.tickets where appointment_id = current_setting('test.a')::uuid), tests.get_supabase_uid('customer'), 'for its customer'
);
select tests.authenticate_as('neighbour');
select is(public.get_ticket((select id from public.tickets)) ->> 'label', '003', 'who sees it, and no other');
select tests.clear_authentication();

select is(tests.call_next(), (select id from public.tickets where label = '003'), 'it is called in its turn');
select is(tests.on_ticket('serve_ticket', (select id from public.tickets where label = '003')), 'serving', 'and served');
select is(pg_temp.state(current_setting('test.b')::uuid), 'checked_in/serving', 'while the appointment stays checked in');
select is(tests.on_ticket('finish_ticket', (select id from public.tickets where label = '003')), 'done', 'when it is done');
select is(pg_temp.state(current_setting('test.b')::uuid), 'fulfilled/done', 'the appointment is fulfilled');
select is(
  (select e.type from core.events e where e.aggregate_id = current_setting('test.b')::uuid order by e.version desc limit 1),
  'appointment.fulfilled', 'with its event'
);

select tests.value_as('desk', format('select public.cancel_appointment(%L)', current_setting('test.a')));
select is(pg_temp.state(current_setting('test.a')::uuid), 'cancelled/left', 'one that is cancelled leaves the line');
select is(
  (select reason from public.tickets where appointment_id = current_setting('test.a')::uuid), 'appointment cancelled', 'and says why'
);
select tests.value_as('owner', format('select public.update_queue(%L, %L)', tests.queue_id(), '{"takes_appointments": false}'));
select set_config('test.c', pg_temp.check_in_as('bob', '15:00')::text, true);
select is(pg_temp.state(current_setting('test.c')::uuid), 'checked_in/', 'where no queue takes appointments it stands in none');
select tests.value_as('owner', format('select public.save_ticket_type(%L, %L, %L)', tests.queue_id(),
  jsonb_build_object('service_id', tests.service_id('Consultation')), tests.type_id('Blood test')));
select set_config('test.d', pg_temp.check_in_as('ann', '16:00')::text, true);
select is(
  (select ticket_type_id from public.tickets where appointment_id = current_setting('test.d')::uuid), tests.type_id('Blood test'),
  'a ticket type may be for its service'
);
select is(tests.line_of(), '004 001', 'and it is ordered like the others');

select * from finish();
rollback;
