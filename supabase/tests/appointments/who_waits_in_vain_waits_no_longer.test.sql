begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.past', tests.wait_for('Consultation', tests.day_at(2, '10:00'))::text, true);
select set_config('test.ahead', tests.wait_for('Consultation', tests.day_at(3, '20:00'))::text, true);
update public.waitlist_entries set during = tstzrange(now() - interval '2 hours', now() - interval '1 second') where id = current_setting('test.past')::uuid;

select is(appointments.lapse_waiting(), 1, 'the job ends what is past');
select is((select status from public.waitlist_entries where id = current_setting('test.past')::uuid), 'lapsed', 'an entry whose last start is past');
select is((select status from public.waitlist_entries where id = current_setting('test.ahead')::uuid), 'waiting', 'and no other');
select is((select type from core.events where aggregate_id = current_setting('test.past')::uuid order by version desc limit 1), 'waitlist.lapsed', 'and the log says so');
select is(appointments.lapse_waiting(), 0, 'once');
select is(
  tests.refusal(format('select tests.value_as(%L, %L)', 'neighbour', format('select public.join_waitlist(%L, %L, %L)',
    tests.service_id('Consultation'), now() + interval '40 years', now() + interval '40 years 1 hour'))) ->> 'code',
  'invalid_input', 'nobody waits for what is decades ahead'
);

select * from finish();
rollback;
