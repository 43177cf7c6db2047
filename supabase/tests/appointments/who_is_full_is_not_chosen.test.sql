begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Talk', '{"assignment": "fixed"}', any_of => array['Ann', 'Bob']);
select tests.set_limits('{"resource bookings day": 1}', resource => 'Ann');

select tests.authenticate_as('customer');
create function pg_temp.booked(at time) returns text
language sql as $$ select public.book_appointment(tests.service_id('Talk'), tests.day_at(3, at)) #>> '{resources,0,name}' $$;
select is(pg_temp.booked('09:00'), 'Ann', 'the first in order');
select is(pg_temp.booked('10:00'), 'Bob', 'the next, when the first has enough for the day');
select is(
  (select distinct resource_ids from public.available_slots(tests.service_id('Talk'), tests.day_at(3, '11:00'), tests.day_at(4, '00:00'))),
  array[tests.resource_id('Bob')], 'only who has room can be chosen'
);
select is(tests.told('Talk', tests.day_at(3, '11:00'), 'Ann'), 'limit_reached resource bookings day 1', 'who is chosen all the same is refused');

-- Seven who come together are one piece of work for whoever gives the class.
select tests.value_as('owner', format('select public.update_service(%L, ''{"seats": 7}'')', tests.service_id('Talk')));
select is(
  array[tests.told('Talk', tests.day_at(5, '09:00'), 'Ann'), tests.told('Talk', tests.day_at(5, '09:00'), 'Ann')], array[null, null]::text[],
  'who joins a session is no more work'
);
select is(tests.told('Talk', tests.day_at(5, '12:00'), 'Ann'), 'limit_reached resource bookings day 1', 'a second session is');

select * from finish();
rollback;
