begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"slot_interval_minutes": 10}', any_of => array['Ann'], all_of => array['Room']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
select tests.book('Consultation', tests.day_at(2, '10:30'), 'neighbour');

create temporary table before as
select c.*, a.version, a.starts_at from calendar.claims c join public.appointments a on a.id = c.owner_id;

select tests.authenticate_as('customer');
select throws_ok(
  format('select public.reschedule_appointment(%L, %L)', current_setting('test.id'), tests.day_at(2, '10:10')),
  'PT409', 'slot_taken', 'a time that overlaps the next booking is refused'
);
select throws_ok(
  format('select public.reschedule_appointment(%L, %L)', current_setting('test.id'), tests.day_at(2, '10:30')),
  'PT409', 'slot_taken', 'so is the other''s very slot'
);
select throws_ok(
  format('select public.reschedule_appointment(%L, %L)', current_setting('test.id'), tests.day_at(2, '16:50')),
  'PT422', 'slot_not_offered', 'and one that would end after closing'
);
select tests.clear_authentication();
select results_eq(
  'select c.*, a.version, a.starts_at from calendar.claims c join public.appointments a on a.id = c.owner_id order by 1, 3',
  'select * from before order by 1, 3',
  'claims and appointments are as they were'
);
select is(
  (select count(*) from core.events where type = 'appointment.rescheduled'), 0::bigint, 'and nothing was announced'
);

select * from finish();
rollback;
