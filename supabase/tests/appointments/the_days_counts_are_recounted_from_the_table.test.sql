begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann', 'Bob']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
select tests.book('Consultation', tests.day_at(2, '11:00'), 'neighbour');

create function pg_temp.job(event_type text) returns jsonb
language sql as $$
  select to_jsonb(e) from core.events e where e.type = event_type order by e.position desc limit 1
$$;
create function pg_temp.counts() returns table (day date, booked int, cancelled int)
language sql as $$ select d.day, d.booked, d.cancelled from public.appointment_days d order by 1 $$;
create function pg_temp.today(days int) returns date
language sql as $$ select (tests.day_at(days, '12:00') at time zone 'Europe/Berlin')::date $$;

select set_config('request.jwt.claims', '{"role": "service_role"}', true);
select is(public.refresh_appointment_day(pg_temp.job('appointment.booked')), 1, 'one service on one day');
select results_eq('select * from pg_temp.counts()', 'select pg_temp.today(2), 2, 0', 'both bookings count');
select public.refresh_appointment_day(pg_temp.job('appointment.booked'));
select results_eq('select * from pg_temp.counts()', 'select pg_temp.today(2), 2, 0', 'an event that comes twice counts once');

select tests.value_as('desk', format('select public.reschedule_appointment(%L, %L)', current_setting('test.id'), tests.day_at(3, '10:00')));
select tests.value_as('desk', format('select public.cancel_appointment(%L)', current_setting('test.id')));
select public.refresh_appointment_day(pg_temp.job('appointment.rescheduled'));
select results_eq(
  'select * from pg_temp.counts()', 'select pg_temp.today(2), 1, 0 union all select pg_temp.today(3), 0, 1',
  'a move touches both days, each as it is now'
);
select lives_ok(
  $$ select public.refresh_appointment_day('{"organization_id": "00000000-0000-4000-8000-000000000000", "data": {"starts_at": "2030-01-01"}}') $$,
  'an organization that is gone is no failure'
);
select tests.authenticate_as('owner');
select throws_ok($$ select public.refresh_appointment_day('{}') $$, '42501', null, 'it is a job for services');
select is((select count(*) from public.appointment_days), 2::bigint, 'the owner reads the figures');

select * from finish();
rollback;
