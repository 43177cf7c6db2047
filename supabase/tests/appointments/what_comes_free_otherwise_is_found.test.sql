begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.absence', tests.value_as('owner', format('select public.add_absence(%L, %L, %L) ->> %L', tests.resource_id('Ann'), tests.day_at(2, '08:00'), tests.day_at(2, '18:00'), 'id')), true);
select tests.wait_for('Consultation', tests.day_at(2, '10:00'));
select is(appointments.offer_next(), 0, 'nothing is free while Ann is away');
select tests.value_as('owner', format('select public.remove_absence(%L)', current_setting('test.absence')));
select is(appointments.offer_next(), 1, 'when she is back, it is found');
select results_eq('select starts_at from public.holds', array[tests.day_at(2, '10:00')], 'the first that suits');
select results_eq('select expires_at from public.holds', array[now() + interval '60 minutes'], 'for as long as the service says');
select is(appointments.offer_next(), 0, 'once');

select * from finish();
rollback;
