begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann', 'Bob']);

create function pg_temp.book(at time, key text) returns jsonb
language sql as $$ select public.book_appointment(tests.service_id('Consultation'), tests.day_at(2, at), idempotency_key => key) $$;

select tests.authenticate_as('customer');
select set_config('test.first', pg_temp.book('10:00', 'k')::text, true);
select is(pg_temp.book('10:00', 'k'), current_setting('test.first')::jsonb, 'the same request has the same answer');
select is((select count(*) from public.appointments), 1::bigint, 'and is done once');
select is(
  tests.refusal($$ select pg_temp.book('11:00', 'k') $$) - 'detail', '{"status": "PT409", "code": "idempotency_mismatch"}',
  'another request with the key is refused'
);
select is(tests.refusal($$ select pg_temp.book('11:00', '') $$) ->> 'status', 'PT400', 'an empty key is none');
select is(tests.refusal($$ select pg_temp.book('11:00', repeat('k', 201)) $$) ->> 'status', 'PT400', 'nor is a very long one');

select is(
  tests.refusal($$ select pg_temp.book('03:00', 'refused') $$) ->> 'code', 'slot_not_offered', 'a refusal is not kept'
);
select tests.authenticate_as('neighbour');
select isnt(
  pg_temp.book('10:00', 'k') ->> 'id', current_setting('test.first')::jsonb ->> 'id', 'another person''s key is another key'
);

select tests.value_as('owner', format('select public.update_service(%L, %L)', tests.service_id('Consultation'), '{"active": false}'));
select tests.authenticate_as('customer');
select is(
  pg_temp.book('10:00', 'k'), current_setting('test.first')::jsonb, 'the answer stays when the service is no longer offered'
);

select * from finish();
rollback;
