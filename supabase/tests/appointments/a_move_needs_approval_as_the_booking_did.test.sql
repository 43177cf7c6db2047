begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Surgery', '{"requires_approval": true}', any_of => array['Ann']);
select set_config('test.id', tests.book('Surgery', tests.day_at(2, '10:00'))::text, true);
create function pg_temp.move(at time) returns text
language sql as $$ select public.reschedule_appointment(current_setting('test.id')::uuid, tests.day_at(2, at)) ->> 'status' $$;

select tests.authenticate_as('ann');
select is(public.confirm_appointment(current_setting('test.id')::uuid) ->> 'status', 'booked', 'staff approve a request');
select is(pg_temp.move('11:00'), 'booked', 'which they may move and it stays approved');
select tests.authenticate_as('customer');
select is(pg_temp.move('12:00'), 'pending', 'moved by the customer it is a request again');
select tests.authenticate_as('ann');
select is(public.confirm_appointment(current_setting('test.id')::uuid) ->> 'status', 'booked', 'to be approved again');

select * from finish();
rollback;
