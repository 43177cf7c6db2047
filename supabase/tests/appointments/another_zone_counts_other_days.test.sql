begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.value_as('owner', format('select public.set_weekly_hours(%L, %L)', tests.resource_id('Ann'),
  (select jsonb_agg(jsonb_build_object('weekday', d, 'opens', '00:00', 'closes', '24:00')) from generate_series(1, 7) d)));
select tests.set_limits('{"resource bookings day": 1}', resource => 'Ann');
select tests.book('Talk', tests.day_at(5, '12:00'));
select tests.book('Talk', tests.day_at(6, '12:00'));

select tests.authenticate_as('customer');
select is(tests.told('Talk', tests.day_at(6, '02:00')), 'limit_reached resource bookings day 1', 'a day in Berlin');
select tests.value_as('owner', format('select public.update_resource(%L, ''{"time_zone": "Pacific/Kiritimati"}'')', tests.resource_id('Ann')));
select is(tests.told('Talk', tests.day_at(6, '02:00')), 'limit_reached resource bookings day 1', 'is half of two in Kiritimati: of the one');
select is(tests.told('Talk', tests.day_at(6, '20:00')), 'limit_reached resource bookings day 1', 'and of the other');
select is(tests.told('Talk', tests.day_at(5, '05:00')), null, 'whose days before are free');

select * from finish();
rollback;
