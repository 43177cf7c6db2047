begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"requires_approval": true, "intake_fields": [{"name": "reason", "type": "text", "label": "Reason", "required": true}]}',
  any_of => array['Ann']);
select tests.authenticate_as('customer');
select is(tests.refusal(tests.book_series_command('Consultation', tests.weekly(2, '10:00', 2))) - 'detail',
  '{"status": "PT422", "code": "invalid_intake"}', 'what the service asks is asked of a series, once');
select set_config('test.series', public.book_series(tests.service_id('Consultation'), 'FREQ=WEEKLY;COUNT=2', 'Europe/Berlin',
  tests.weekly(2, '10:00', 2), intake => '{"reason": "Back pain"}') ->> 'id', true);
select is(tests.agenda(current_setting('test.series')::uuid), array['2 10:00 pending', '9 10:00 pending'], 'each is a request');

select tests.authenticate_as('desk');
select public.confirm_appointment(tests.nth(current_setting('test.series')::uuid, 2));
select is(tests.agenda(current_setting('test.series')::uuid), array['2 10:00 pending', '9 10:00'], 'answered one by one');
select tests.authenticate_as('customer');
select public.change_series(current_setting('test.series')::uuid, 'all', jsonb_build_object('starts_at', tests.day_at(2, '11:00')),
  tests.nth(current_setting('test.series')::uuid, 1));
select is(tests.agenda(current_setting('test.series')::uuid), array['2 11:00 pending', '9 11:00 pending'], 'and asked for again when its customer moves it');

select * from finish();
rollback;
