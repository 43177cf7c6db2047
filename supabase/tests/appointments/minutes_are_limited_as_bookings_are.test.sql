begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.offer_service('Surgery', '{"duration_minutes": 90}', any_of => array['Ann']);
select tests.set_limits('{"resource minutes day": 120}', resource => 'Ann');

select tests.authenticate_as('customer');
select is(tests.told('Surgery', tests.day_at(3, '09:00')), null, 'the first 90 of 120 minutes');
select is(tests.told('Surgery', tests.day_at(3, '12:00')), 'limit_reached resource minutes day 120', 'no 90 are left');
select is(tests.told('Talk', tests.day_at(3, '14:00')), null, 'but 30 are');
select is(tests.told('Talk', tests.day_at(3, '15:00')), 'limit_reached resource minutes day 120', 'and then none');
select is(
  (select count(*)::int from public.available_slots(tests.service_id('Talk'), tests.day_at(3, '00:00'), tests.day_at(4, '00:00'))), 0,
  'none is offered'
);
select is(tests.told('Talk', tests.day_at(4, '15:00')), null, 'the next day has its own');

select * from finish();
rollback;
