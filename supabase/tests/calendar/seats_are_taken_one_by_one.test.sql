begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.create_resource('Class', 'venue', capacity => 3);
select tests.create_supabase_user('late');
select tests.offer_service('Yoga', '{"duration_minutes": 60}', all_of => array['Class']);

create function pg_temp.offered(at time) returns boolean
language sql as $$
  select exists (select from public.available_slots(tests.service_id('Yoga'), tests.day_at(2, at), tests.day_at(2, at) + interval '1 minute'))
$$;

select lives_ok($$ select tests.book('Yoga', tests.day_at(2, '10:00')) $$, 'the first seat');
select lives_ok($$ select tests.book('Yoga', tests.day_at(2, '10:00'), 'neighbour') $$, 'the second');
select ok(pg_temp.offered('10:00'), 'while a seat is free the hour is offered');
select set_config('test.last', tests.book('Yoga', tests.day_at(2, '10:00'), 'late')::text, true);
select ok(not pg_temp.offered('10:00'), 'then no longer');
select is(
  tests.refusal($$ select tests.book('Yoga', tests.day_at(2, '10:00'), 'owner') $$) ->> 'code', 'slot_taken', 'and a fourth is refused'
);
select results_eq(
  $$ select seat from calendar.claims where resource_id = tests.resource_id('Class') order by seat $$, array[1, 2, 3], 'each has a seat of their own'
);
select tests.value_as('neighbour', format('select public.cancel_appointment(id) from public.appointments where customer_id = %L',
  tests.get_supabase_uid('neighbour')));
select ok(pg_temp.offered('10:00'), 'a seat given back is offered again');
select tests.book('Yoga', tests.day_at(2, '10:00'), 'owner');
select results_eq(
  $$ select seat from calendar.claims where resource_id = tests.resource_id('Class') order by seat $$, array[1, 2, 3], 'and taken by the next'
);

select tests.offer_service('Lesson', '{"duration_minutes": 60}', all_of => array['Class', 'Ann']);
select tests.book('Lesson', tests.day_at(3, '10:00'));
select results_eq(
  $$
    select c ->> 'resource_name'
    from jsonb_array_elements(tests.refusal($r$ select tests.book('Lesson', tests.day_at(3, '10:00'), 'owner') $r$) #> '{detail,conflicts}') c
  $$,
  array['Ann'], 'a taken seat is in nobody''s way while others are free'
);

select * from finish();
rollback;
