begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann'], all_of => array['Room']);
select set_config('test.hold', tests.hold('Consultation', tests.day_at(2, '10:00'))::text, true);
select set_config('test.other', tests.hold('Consultation', tests.day_at(2, '11:00'))::text, true);
select tests.let_time_pass();

select ok(tests.is_offered('Consultation', tests.day_at(2, '10:00')), 'its slot is offered before any job has run');
select lives_ok($$ select tests.book('Consultation', tests.day_at(2, '10:00'), 'neighbour') $$, 'and booked');
select is((select count(*) from calendar.claims where kind = 'appointment'), 2::bigint, 'in place of it');
select tests.authenticate_as('customer');
select is(
  tests.refusal(format('select public.book_appointment(%L, hold_id => %L)', tests.service_id('Consultation'), h)),
  '{"status": "PT409", "code": "hold_expired", "detail": {"hold_status": "expired"}}', why
) from (values (current_setting('test.hold'), 'who held it comes too late'), (current_setting('test.other'), 'also where nobody has taken it')) as late(h, why);
select tests.clear_authentication();
select is(appointments.expire_holds(), 2, 'the job ends both');
select results_eq(
  $$ select type from core.events where aggregate_type = 'hold' and version = 2 $$, array['hold.expired', 'hold.expired'], 'with an event for each'
);
select is((select count(*) from calendar.claims), 2::bigint, 'and leaves the claims of who came after');

select * from finish();
rollback;
