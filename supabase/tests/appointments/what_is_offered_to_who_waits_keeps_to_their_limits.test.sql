begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.create_supabase_user('third');
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.offer_service('Massage', any_of => array['Bob']);
select tests.book('Massage', tests.day_at(3, '15:00'), 'neighbour');
select set_config('test.first', tests.book('Talk', tests.day_at(3, '09:00'))::text, true);
select set_config('test.second', tests.book('Talk', tests.day_at(4, '09:00'))::text, true);
select tests.set_limits('{"customer bookings day": 1}');
select tests.value_as(who, format('select public.join_waitlist(%L, %L, %L)', tests.service_id('Talk'), tests.day_at(3, '09:00'), tests.day_at(3, '09:30')))
from unnest(array['neighbour', 'third']) who;

create function pg_temp.offered() returns text
language sql as $$
  select string_agg(case w.customer_id when tests.get_supabase_uid('third') then 'third' else 'neighbour' end, ' ' order by w.during)
  from public.waitlist_entries w where w.status = 'offered'
$$;

select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.first')));
select is(pg_temp.offered(), 'third', 'whoever has enough for the day is passed over');

-- Who moves within a day that is full for them gives a slot back that others can have.
select tests.value_as('neighbour', format('select public.join_waitlist(%L, %L, %L)', tests.service_id('Talk'), tests.day_at(4, '09:00'), tests.day_at(4, '09:30')));
select tests.value_as('customer', format('select public.reschedule_appointment(%L, %L)', current_setting('test.second'), tests.day_at(4, '11:00')));
select is(pg_temp.offered(), 'third neighbour', 'the mover''s limits are not the others''');
select tests.authenticate_as('neighbour');
select lives_ok(
  format('select public.book_appointment(%L, %L, hold_id => %L)', tests.service_id('Talk'), tests.day_at(4, '09:00'),
    (select w.hold_id from public.waitlist_entries w where w.status = 'offered')),
  'what is offered can be booked'
);

select * from finish();
rollback;
