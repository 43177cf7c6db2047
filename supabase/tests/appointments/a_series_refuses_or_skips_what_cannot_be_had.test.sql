begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select tests.book('Consultation', tests.day_at(9, '10:00'), 'neighbour');
-- The second week is taken, in the fourth Ann is away; the fifth lies beyond the horizon.
select tests.value_as(null, format('select public.add_absence(%L, %L, %L)', tests.resource_id('Ann'), tests.day_at(23, '00:00'), tests.day_at(24, '00:00')));
update public.services set booking_horizon_days = 25;

select tests.authenticate_as('customer');
create temporary table told as
select r ->> 'status' as status, r ->> 'code' as code, r #> '{detail,conflicts}' as conflicts
from (select tests.refusal(tests.book_series_command('Consultation', tests.weekly(2, '10:00', 5))) r) x;
select results_eq('select status, code from told', $$ values ('PT409', 'series_conflicts') $$, 'one that is taken refuses the series');
select results_eq(
  $$ select (c ->> 'starts_at')::timestamptz, c ->> 'code', c ->> 'status', c ->> 'reason' from told, jsonb_array_elements(conflicts) c $$,
  $$ values (tests.day_at(9, '10:00'), 'slot_taken', '409', null), (tests.day_at(23, '10:00'), 'slot_not_offered', '422', 'absent'),
    (tests.day_at(30, '10:00'), 'slot_not_offered', '422', 'too_far') $$,
  'and each that cannot be had is listed with its reason'
);
select is((select conflicts #>> '{0,conflicts,0,resource_name}' from told), 'Ann', 'with what is in the way');
select ok((select conflicts::text !~ tests.get_supabase_uid('neighbour')::text from told), 'never whose it is');
select is((select count(*) from public.appointments), 0::bigint, 'nothing is booked');

select set_config('test.answer', public.book_series(tests.service_id('Consultation'), 'FREQ=WEEKLY;COUNT=5', 'Europe/Berlin',
  tests.weekly(2, '10:00', 5), on_conflict => 'skip')::text, true);
select is(tests.agenda((current_setting('test.answer')::jsonb ->> 'id')::uuid), array['2 10:00', '16 10:00'], 'skipped, the others are booked');
select is(
  current_setting('test.answer')::jsonb -> 'skipped', (select conflicts from told), 'and the same list tells what is missing'
);
select is(
  tests.refusal(tests.book_series_command('Consultation', tests.weekly(2, '10:00', 5), ', on_conflict => ''skip''')) ->> 'code',
  'series_conflicts', 'where nothing can be booked there is no series'
);
select is((select count(*) from public.appointment_series), 1::bigint, 'not even an empty one');

select * from finish();
rollback;
