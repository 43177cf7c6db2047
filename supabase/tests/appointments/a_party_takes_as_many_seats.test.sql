begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.offer_service('Yoga', '{"seats": 4, "maximum_party": 3}', any_of => array['Ann']);

create function pg_temp.join(party int, who text default 'customer') returns text language sql as $$
  select tests.value_as(who, format('select public.book_appointment(%L, %L, party_size => %s) ->> %L', tests.service_id('Yoga'), tests.day_at(2, '10:00'), party, 'id'))
$$;
create function pg_temp.seats_left() returns text language sql as $$
  select tests.value_as('outsider', format('select seats_left from public.available_slots(%L, %L, %L)', tests.service_id('Yoga'),
    tests.day_at(2, '10:00'), tests.day_at(2, '10:01')))
$$;

select is(pg_temp.seats_left(), '4', 'a start that nobody has booked has all seats');
select set_config('test.id', pg_temp.join(3), true);
select is(pg_temp.seats_left(), '1', 'a party of three leaves one of four');
select ok(not tests.is_offered('Yoga', tests.day_at(2, '10:00'), 2), 'it is not offered to two');
select is(tests.refusal('select pg_temp.join(2)') - 'detail', '{"status": "PT409", "code": "session_full"}', 'who are refused');
select is(
  tests.refusal('select pg_temp.join(4)'), '{"status": "PT422", "code": "party_too_large", "detail": {"maximum": 3}}', 'four are too many for one booking'
);
select is(tests.refusal('select pg_temp.join(0)') ->> 'code', 'party_too_large', 'nobody is too few');
select lives_ok('select pg_temp.join(1)', 'one more fits');
select is(pg_temp.seats_left(), null, 'a full session is not listed');
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.id')));
select is(pg_temp.seats_left(), '3', 'who cancels gives all seats of the party back');

select * from finish();
rollback;
