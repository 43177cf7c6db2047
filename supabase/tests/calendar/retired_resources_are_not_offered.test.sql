begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann', 'Bob'], all_of => array['Room']);
select tests.book('Consultation', tests.day_at(2, '10:00'));

create function pg_temp.choices(at time) returns uuid[]
language sql as $$
  select resource_ids from public.available_slots(tests.service_id('Consultation'), tests.day_at(2, at), tests.day_at(2, at) + interval '1 minute')
$$;
create function pg_temp.retire(name text) returns void
language sql as $$
  select tests.value_as('owner', format('select public.update_resource(%L, %L)', tests.resource_id(name), '{"active": false}'))
$$;

select is(cardinality(pg_temp.choices('11:00')), 2, 'two could serve');
select pg_temp.retire('Ann');
select is(pg_temp.choices('11:00'), array[tests.resource_id('Bob')], 'one is left');
select is(
  tests.refusal($$ select public.book_appointment(tests.service_id('Consultation'), tests.day_at(2, '11:00'), tests.resource_id('Ann'),
    guest => '{"name": "Gus", "phone": "1"}') $$) ->> 'code',
  'slot_not_offered', 'who has left cannot be asked for'
);
select pg_temp.retire('Room');
select is_empty($$ select * from pg_temp.choices('11:00') as c where c is not null $$, 'without the room nobody can');
select is((select count(*) from calendar.claims), 2::bigint, 'what is booked stays booked');

select * from finish();
rollback;
