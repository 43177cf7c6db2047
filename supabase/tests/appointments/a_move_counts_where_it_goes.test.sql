begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.set_limits('{"service bookings day": 1}', service => 'Talk');
select set_config('test.one', tests.book('Talk', tests.day_at(3, '09:00'))::text, true);
select set_config('test.two', tests.book('Talk', tests.day_at(4, '09:00'))::text, true);

create function pg_temp.moved(id text, at timestamptz) returns text
language sql as $$
  select concat_ws(' ', r ->> 'code', r #>> '{detail,reason}')
  from tests.refusal(format('select public.reschedule_appointment(%L, %L)', id, at)) r where r is not null
$$;

select tests.authenticate_as('customer');
select is(pg_temp.moved(current_setting('test.one'), tests.day_at(3, '14:00')), null, 'within its own day, which is full with it alone');
select is(pg_temp.moved(current_setting('test.one'), tests.day_at(4, '14:00')), 'limit_reached', 'not to a day that another has filled');
select is(pg_temp.moved(current_setting('test.one'), tests.day_at(5, '14:00')), null, 'to a free day');
select is(tests.told('Talk', tests.day_at(3, '15:00')), null, 'the day it left is free');
select is(tests.told('Talk', tests.day_at(5, '15:00')), 'limit_reached service bookings day 1', 'the day it went to is not');
select tests.authenticate_as('desk');
select is(pg_temp.moved(current_setting('test.two'), tests.day_at(5, '09:00')), 'limit_reached', 'what a service can take binds the desk');
select tests.clear_authentication();
select is(
  (select array_agg(u.used order by u.period_start) from appointments.limit_uses u where u.used > 0), array[1, 1, 1], 'each is counted once'
);

select * from finish();
rollback;
