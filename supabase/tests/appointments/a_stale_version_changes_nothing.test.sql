begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
select tests.value_as('desk', format('select public.update_appointment(%L, %L)', current_setting('test.id'), 'bring the x-ray'));

create temporary table commands as
select format('select public.' || c || ', expected_version => %s)', current_setting('test.id'), v) as command, v
from unnest(array['update_appointment(%L, ''x''', 'cancel_appointment(%L', 'reschedule_appointment(%L, ''2031-01-01 10:00Z''',
  'confirm_appointment(%L', 'arrive_appointment(%L', 'check_in_appointment(%L', 'fulfil_appointment(%L', 'mark_no_show(%L',
  'mark_entered_in_error(%L']) c, unnest(array[1, 3]) v;

select set_config('request.jwt.claims', tests.claims_of('desk')::text, true);
select is_empty(
  $$
    select command, r from commands, tests.refusal(command) r
    where r is distinct from jsonb_build_object('status', 'PT409', 'code', 'version_conflict', 'detail', jsonb_build_object('expected', v, 'actual', 2))
  $$,
  'every command compares the version, and tells both'
);
select results_eq('select status, version, notes from public.appointments', $$ values ('booked', 2::bigint, 'bring the x-ray') $$, 'nothing was done');
select is(public.cancel_appointment(current_setting('test.id')::uuid, expected_version => 2) ->> 'version', '3', 'with the version seen it is');
select is(
  (select max(version) from core.events where aggregate_id = current_setting('test.id')::uuid), 3::bigint, 'the log counts alike'
);

select * from finish();
rollback;
