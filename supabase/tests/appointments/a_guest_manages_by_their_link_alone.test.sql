begin;
set local search_path = extensions;
select plan(14);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann', 'Bob']);
select tests.offer_service('Members only', '{"guests_allowed": false}', any_of => array['Bob']);
select set_config('test.customers', tests.book('Consultation', tests.day_at(2, '09:00'))::text, true);

select tests.as_anon();
create function pg_temp.book(at time, guest text) returns jsonb
language sql as $$ select public.book_appointment(tests.service_id('Consultation'), tests.day_at(2, at), guest => guest::jsonb) $$;
create function pg_temp.get(id text, token text) returns text
language sql as $$
  select coalesce(concat_ws(' ', r ->> 'status', r ->> 'code'), 'seen')
  from (select nullif(tests.refusal(format('select public.get_appointment(%L, %L)', id, token)) - 'detail', null) r) x
$$;
select set_config('test.a', pg_temp.book('10:00', '{"name": "Gus", "email": "gus@x.co"}')::text, true);
select set_config('test.b', pg_temp.book('11:00', '{"name": "Eve", "phone": "+49 30 1"}')::text, true);
create function pg_temp.a(key text) returns text language sql as $$ select current_setting('test.a')::jsonb ->> key $$;
create function pg_temp.b(key text) returns text language sql as $$ select current_setting('test.b')::jsonb ->> key $$;

select is((current_setting('test.a')::jsonb -> 'guest'), '{"name": "Gus", "email": "gus@x.co", "phone": null}', 'a guest is who they say');
select ok(length(pg_temp.a('manage_token')) > 60, 'and is given a link');
select is(public.get_appointment(pg_temp.a('id')::uuid, pg_temp.a('manage_token')) ->> 'status', 'booked', 'which opens their booking');
select is(pg_temp.get(pg_temp.b('id'), pg_temp.a('manage_token')), 'PT401 invalid_manage_token', 'not that of another guest');
select is(pg_temp.get(current_setting('test.customers'), pg_temp.a('manage_token')), 'PT401 invalid_manage_token', 'nor a customer''s');
select is(
  pg_temp.get(pg_temp.b('id'), pg_temp.b('id') || substr(pg_temp.a('manage_token'), 37)), 'PT401 invalid_manage_token', 'nor with the ids changed'
);
select is(pg_temp.get(pg_temp.a('id'), left(pg_temp.a('manage_token'), -1)), 'PT401 invalid_manage_token', 'nor cut short');
select is(pg_temp.get(pg_temp.a('id'), ''), 'PT401 invalid_manage_token', 'nor empty');
select is(pg_temp.get(pg_temp.a('id'), null), 'PT404 not_found', 'without the link it does not exist');
select is(
  pg_temp.get('00000000-0000-4000-8000-000000000000', pg_temp.a('manage_token')), 'PT401 invalid_manage_token',
  'and a link does not tell which appointments exist'
);
select is(
  tests.refusal(format('select public.cancel_appointment(%L, manage_token => %L)', pg_temp.b('id'), pg_temp.a('manage_token'))) ->> 'code',
  'invalid_manage_token', 'they cannot cancel another''s'
);
select is(
  public.reschedule_appointment(pg_temp.a('id')::uuid, tests.day_at(3, '10:00'), manage_token => pg_temp.a('manage_token')) ->> 'version', '2',
  'they can move their own'
);
select is(
  public.cancel_appointment(pg_temp.a('id')::uuid, manage_token => pg_temp.a('manage_token')) ->> 'status', 'cancelled', 'and cancel it'
);
select is(
  tests.refusal($$ select public.book_appointment(tests.service_id('Members only'), tests.day_at(2, '10:00'), guest => '{"name": "Gus", "phone": "1"}') $$) ->> 'code',
  'guests_not_allowed', 'where guests are not welcome they are told so'
);

select * from finish();
rollback;
