begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.offer_service('Yoga', '{"seats": 4, "maximum_party": 3}', any_of => array['Ann']);

select tests.offer_service('Secret', '{"seats": 4, "visibility": "private"}', any_of => array['Bob']);
select set_config('test.session', tests.value_as('desk', format('select public.plan_session(%L, %L, seats => 2) ->> %L',
  tests.service_id('Yoga'), tests.day_at(2, '10:00'), 'id')), true);
select set_config('test.secret', tests.value_as('desk', format('select public.plan_session(%L, %L) ->> %L', tests.service_id('Secret'), tests.day_at(2, '10:00'), 'id')), true);

select tests.authenticate_as('customer');
select is(
  public.book_appointment(tests.service_id('Yoga'), session_id => current_setting('test.session')::uuid) ->> 'session_id', current_setting('test.session'),
  'a session is booked by its id'
);
select is(
  tests.refusal($$ select public.book_appointment(tests.service_id('Yoga'), session_id => current_setting('test.secret')::uuid) $$) ->> 'code', 'not_found',
  'but not one of another service'
);
select is(tests.refusal($$ select public.book_appointment(tests.service_id('Secret'), tests.day_at(2, '10:00')) $$) ->> 'code', 'not_found', 'a private service does not exist');
select results_eq('select id::text from public.group_sessions', array[current_setting('test.session')], 'nor do its sessions');
select tests.as_anon();
select results_eq('select id::text from public.group_sessions', array[current_setting('test.session')], 'for guests neither');
select tests.clear_authentication();
update public.group_sessions set starts_at = now() - interval '5 minutes', ends_at = now() + interval '1 hour' where id = current_setting('test.session')::uuid;
select tests.authenticate_as('customer');
select is(
  tests.refusal($$ select public.book_appointment(tests.service_id('Yoga'), session_id => current_setting('test.session')::uuid) $$) #>> '{detail,reason}',
  'too_soon', 'what has begun is over for joining, seats or not'
);
select tests.authenticate_as('desk');
select is(
  tests.refusal($$ select public.plan_session((select id from public.services where name = 'One'), tests.day_at(2, '10:00')) $$) ->> 'code', 'not_found', 'what is not there is not planned'
);

select * from finish();
rollback;
