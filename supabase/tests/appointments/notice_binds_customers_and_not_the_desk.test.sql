begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
-- Two days from now begins in 24 to 48 hours and some: inside of 72 hours, outside of an hour.
select tests.offer_service('Strict', '{"cancellation_notice_minutes": 4320, "reschedule_notice_minutes": 4320}', any_of => array['Ann']);
select tests.offer_service('Lenient', '{"cancellation_notice_minutes": 60, "reschedule_notice_minutes": 60}', any_of => array['Ann']);
select set_config('test.strict', tests.book('Strict', tests.day_at(2, '10:00'))::text, true);
select set_config('test.lenient', tests.book('Lenient', tests.day_at(2, '11:00'))::text, true);

select tests.authenticate_as('customer');
create temporary table answers as
select tests.refusal(format('select public.cancel_appointment(%L)', current_setting('test.strict'))) as cancelling,
  tests.refusal(format('select public.reschedule_appointment(%L, %L)', current_setting('test.strict'), tests.day_at(5, '10:00'))) as moving;
select is((select concat_ws(' ', cancelling ->> 'status', cancelling ->> 'code') from answers), 'PT403 too_late_to_cancel', 'too late to cancel');
select is((select concat_ws(' ', moving ->> 'status', moving ->> 'code') from answers), 'PT403 too_late_to_reschedule', 'too late to move');
select is(
  (select (cancelling #>> '{detail,deadline}')::timestamptz from answers), tests.day_at(2, '10:00') - interval '72 hours',
  'they are told until when it was possible'
);
select lives_ok(
  format('select public.update_appointment(%L, %L)', current_setting('test.strict'), 'a bit late'), 'a note is never too late'
);
select lives_ok(
  format('select public.reschedule_appointment(%L, %L)', current_setting('test.lenient'), tests.day_at(5, '11:00')), 'in time it can be moved'
);
select lives_ok(format('select public.cancel_appointment(%L)', current_setting('test.lenient')), 'and cancelled');

select tests.authenticate_as('ann');
select is(
  tests.refusal(format('select public.reschedule_appointment(%L, %L)', current_setting('test.strict'), tests.day_at(2, '12:00'))) ->> 'code',
  'reason_required', 'staff say why they move it'
);
select lives_ok(
  format('select public.reschedule_appointment(%L, %L, reason => %L)', current_setting('test.strict'), tests.day_at(2, '12:00'), 'Ann is ill'),
  'and then move it at any time'
);
select tests.authenticate_as('desk');
select is(
  tests.refusal(format('select public.cancel_appointment(%L, %L)', current_setting('test.strict'), '  ')) - 'detail',
  '{"status": "PT422", "code": "reason_required"}', 'blanks are no reason to cancel it'
);
select lives_ok(
  format('select public.cancel_appointment(%L, %L)', current_setting('test.strict'), 'power cut'), 'the desk cancels it at any time'
);

-- Without any notice a customer can cancel until the start, not after it.
select tests.clear_authentication();
select tests.offer_service('Free', any_of => array['Ann']);
select set_config('test.free', tests.book('Free', tests.day_at(2, '13:00'))::text, true);
update public.appointments set starts_at = now() - interval '1 minute', ends_at = now() + interval '1 hour' where id = current_setting('test.free')::uuid;
select tests.authenticate_as('customer');
select is(
  tests.refusal(format('select public.cancel_appointment(%L)', current_setting('test.free'))) ->> 'code', 'too_late_to_cancel',
  'what has begun is nobody''s to cancel but the staff''s'
);

select * from finish();
rollback;
