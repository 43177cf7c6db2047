begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
-- Open from 9 to 17, with someone from 11:00 to 11:10.
select tests.offer_service('Talk', '{"duration_minutes": 10}', any_of => array['Ann']);
select tests.book('Talk', tests.day_at(3, '11:00'));
select tests.offer_service(g, jsonb_build_object('duration_minutes', 50, 'slot_interval_minutes', 50, 'grid', g, 'grid_minutes', 15), any_of => array['Ann'])
from unnest(array['opening', 'midnight', 'gap', 'optimized']) g;

create function pg_temp.offered(service text) returns text
language sql as $$
  select string_agg(to_char(s.starts_at at time zone 'Europe/Berlin', 'HH24:MI'), ' ' order by s.starts_at)
  from public.available_slots(tests.service_id(service), tests.day_at(3, '10:00'), tests.day_at(3, '14:00')) s
$$;

select tests.authenticate_as('customer');
select is(pg_temp.offered('opening'), '11:30 12:20 13:10', 'from the opening: what is taken takes slots, and moves none');
select is(pg_temp.offered('midnight'), '10:00 11:40 12:30 13:20', 'from midnight');
select is(pg_temp.offered('gap'), '11:15 12:05 12:55 13:45', 'anew after what is taken, from the next quarter');
select is(pg_temp.offered('optimized'), '11:10 12:00 12:50 13:40', 'anew after what is taken, from the first boundary that costs no slot until 17:00');

select is(
  tests.refusal(format('select public.book_appointment(%L, %L)', tests.service_id('gap'), tests.day_at(3, '11:10'))) #>> '{detail,reason}',
  'off_grid', 'what is beside the grid of the gap'
);
select is(
  tests.refusal(format('select public.book_appointment(%L, %L)', tests.service_id('gap'), tests.day_at(3, '10:30'))) ->> 'code', 'slot_taken',
  'what reaches into the next booking is taken'
);
select set_config('test.booked', public.book_appointment(tests.service_id('gap'), tests.day_at(3, '12:05')) ->> 'id', true);
select is(pg_temp.offered('gap'), '11:15 13:00 13:50', 'each booking begins a gap');
select lives_ok(
  format('select public.reschedule_appointment(%L, %L)', current_setting('test.booked'), tests.day_at(3, '13:00')),
  'and is moved to what is offered beside it'
);

select tests.clear_authentication();
select is(
  tests.refusal(format('select tests.value_as(%L, %L)', 'owner',
    format('select public.update_service(%L, %L)', tests.service_id('gap'), '{"grid_preferred": [15, null]}'))) ->> 'status',
  '23514', 'a boundary is a number'
);

select * from finish();
rollback;
