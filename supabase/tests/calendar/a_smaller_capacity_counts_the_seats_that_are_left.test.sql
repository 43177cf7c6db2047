begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.create_resource('Class', 'venue', capacity => 3);
select tests.offer_service('Yoga', '{"duration_minutes": 60}', all_of => array['Class']);

-- Seat 1 is taken at ten, seats 2 and 3 at other hours.
insert into calendar.claims (resource_id, seat, during, kind, owner_id)
select tests.resource_id('Class'), seat, tstzrange(tests.day_at(2, opens), tests.day_at(2, opens + interval '1 hour')), 'block', gen_random_uuid()
from (values (1, time '10:00'), (2, time '13:00'), (3, time '14:00')) as taken (seat, opens);
select tests.value_as(null, format('select public.update_resource(%L, %L)', tests.resource_id('Class'), '{"capacity": 1}'));

create temporary table offered as
select starts_at from public.available_slots(tests.service_id('Yoga'), tests.day_at(2, '00:00'), tests.day_at(3, '00:00'));
grant select on offered to authenticated;

select results_eq(
  $$ select to_char(starts_at at time zone 'Europe/Berlin', 'HH24') from offered order by 1 $$,
  array['09', '11', '12', '13', '14', '15', '16'],
  'only the seat that is left decides what is offered'
);
select is_empty(
  $$ select starts_at from offered where tests.refusal(format('select tests.book(%L, %L)', 'Yoga', starts_at)) is not null $$,
  'and all that is offered can be booked'
);
select is(
  tests.refusal($$ select tests.book('Yoga', tests.day_at(2, '10:00')) $$) ->> 'code', 'slot_taken', 'what is taken on it stays taken'
);
select is((select count(*) from calendar.claims where seat > 1), 2::bigint, 'seats booked before stay booked');

select * from finish();
rollback;
