begin;
set local search_path = extensions;
select plan(13);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"minimum_notice_minutes": 2880, "booking_horizon_days": 12}', any_of => array['Ann', 'Bob'], all_of => array['Room']);
select tests.book('Consultation', tests.day_at(4, '10:00'));
select tests.create_resource('Cat');
select tests.offer_service('Surgery', any_of => array['Cat'], all_of => array['Room']);
select tests.value_as(null, format('select public.update_resource(%L, ''{"active": false}'')', tests.resource_id('Cat')));
select tests.value_as(null, format('select public.add_absence(%L, %L, %L)', r, tests.day_at(4, '14:00'), tests.day_at(4, '15:00')))
from unnest(array[tests.resource_id('Ann'), tests.resource_id('Bob')]) r;

create function pg_temp.told(at timestamptz) returns text
language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code', r #>> '{detail,reason}')
  from tests.refusal(format('select public.book_appointment(%L, %L)', tests.service_id('Consultation'), at)) r
$$;

select tests.authenticate_as('neighbour');
select is(pg_temp.told(tests.day_at(-1, '10:00')), 'PT422 slot_not_offered too_soon', 'what is past');
select is(pg_temp.told(tests.day_at(1, '10:00')), 'PT422 slot_not_offered too_soon', 'what is too near');
select is(pg_temp.told(tests.day_at(13, '10:00')), 'PT422 slot_not_offered too_far', 'what is too far ahead');
select is(pg_temp.told(tests.day_at(4, '08:30')), 'PT422 slot_not_offered closed', 'before opening');
select is(pg_temp.told(tests.day_at(4, '16:45')), 'PT422 slot_not_offered closed', 'what would end after closing');
select is(pg_temp.told(tests.day_at(4, '10:40')), 'PT422 slot_not_offered off_grid', 'between two slots');
select is(pg_temp.told(tests.day_at(4, '10:30') + interval '1 microsecond'), 'PT422 slot_not_offered off_grid', 'by as little as a microsecond');
select is(pg_temp.told(tests.day_at(4, '14:30')), 'PT422 slot_not_offered absent', 'when everybody is away');
select is(pg_temp.told(tests.day_at(4, '10:00')), 'PT409 slot_taken', 'what is taken');
select is(
  tests.refusal(format('select public.book_appointment(%L, %L)', tests.service_id('Surgery'), tests.day_at(4, '10:00'))) #>> '{detail,reason}',
  'closed', 'when a member that is needed is not there at all, though the room is, and taken'
);
select is(pg_temp.told('infinity'), 'PT422 invalid_input', 'a time that never comes');
select is(pg_temp.told(null), 'PT422 invalid_input', 'no time');
select is(
  tests.refusal(format('select public.book_appointment(%L, %L)', gen_random_uuid(), tests.day_at(4, '11:00'))) ->> 'code', 'not_found', 'no such service'
);

select * from finish();
rollback;
