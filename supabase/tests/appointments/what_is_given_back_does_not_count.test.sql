begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.offer_service('Request', '{"requires_approval": true}', any_of => array['Bob']);
select tests.set_limits('{"resource bookings week": 1}');

create function pg_temp.monday() returns date
language sql as $$ select (date_trunc('week', now() at time zone 'Europe/Berlin') + interval '14 days')::date $$;
create function pg_temp.at(days int) returns timestamptz
language sql as $$ select (pg_temp.monday() + days + time '10:00') at time zone 'Europe/Berlin' $$;

select set_config('test.cancelled', tests.book('Talk', pg_temp.at(0))::text, true);
select tests.authenticate_as('customer');
select is(tests.told('Talk', pg_temp.at(6)), 'limit_reached resource bookings week 1', 'one a week, until Sunday');
select public.cancel_appointment(current_setting('test.cancelled')::uuid);
select is(tests.told('Talk', pg_temp.at(6)), null, 'the one that was cancelled is another''s');
select tests.authenticate_as('desk');
select public.mark_entered_in_error(a.id) from public.appointments a where a.starts_at = pg_temp.at(6) and a.status = 'booked';
select tests.authenticate_as('customer');
select is(tests.told('Talk', pg_temp.at(2)), null, 'like the one that was an error');

select set_config('test.declined', tests.book('Request', pg_temp.at(1))::text, true);
select is(tests.told('Request', pg_temp.at(3)), 'limit_reached resource bookings week 1', 'a request counts');
select tests.authenticate_as('desk');
select public.decline_appointment(current_setting('test.declined')::uuid);
select tests.authenticate_as('customer');
select is(tests.told('Request', pg_temp.at(3)), null, 'until it is declined');

-- Nobody answers this one.
select tests.clear_authentication();
update public.appointments set expires_at = now() where starts_at = pg_temp.at(3);
select appointments.lapse_requests();
select tests.authenticate_as('customer');
select is(tests.told('Request', pg_temp.at(4)), null, 'or lapses');

select * from finish();
rollback;
