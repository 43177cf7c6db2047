begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select tests.as_anon();
select set_config('test.a', public.book_series(tests.service_id('Consultation'), 'FREQ=WEEKLY;COUNT=2', 'Europe/Berlin', tests.weekly(2, '10:00', 2),
  guest => '{"name": "Gus", "email": "gus@x.co"}', idempotency_key => 'k')::text, true);
create function pg_temp.a(path text) returns text language sql as $$ select current_setting('test.a')::jsonb #>> path::text[] $$;

select is(public.book_series(tests.service_id('Consultation'), 'FREQ=WEEKLY;COUNT=2', 'Europe/Berlin', tests.weekly(2, '10:00', 2),
  guest => '{"name": "Gus", "email": "gus@x.co"}', idempotency_key => 'k')::text, current_setting('test.a'), 'the same key books once');
select is(tests.refusal(format('select public.get_series(%L)', pg_temp.a('{id}'))) ->> 'code', 'not_found', 'without the link there is nothing');
select is(tests.refusal(format('select public.get_series(%L, %L)', pg_temp.a('{id}'), pg_temp.a('{appointments,0,manage_token}'))) ->> 'code',
  'invalid_manage_token', 'the link of one of its appointments does not open all');
select is(public.get_series(pg_temp.a('{id}')::uuid, pg_temp.a('{manage_token}')) #>> '{guest,name}', 'Gus', 'its own does');
select is(public.get_appointment(pg_temp.a('{appointments,1,id}')::uuid, pg_temp.a('{appointments,1,manage_token}')) ->> 'series_id',
  pg_temp.a('{id}'), 'and each appointment has its own');
select is(public.change_series(pg_temp.a('{id}')::uuid, 'all', '{"notes": "x"}', manage_token => pg_temp.a('{manage_token}')) ->> 'version', '2',
  'notes of all');
select is(jsonb_path_query_array(public.cancel_series(pg_temp.a('{id}')::uuid, manage_token => pg_temp.a('{manage_token}')), '$.appointments.status'),
  '["cancelled", "cancelled"]', 'cancelled all');
select tests.clear_authentication();
update public.appointments set starts_at = starts_at - interval '60 days', ends_at = ends_at - interval '60 days';
select tests.as_anon();
select is(tests.refusal(format('select public.get_series(%L, %L)', pg_temp.a('{id}'), pg_temp.a('{manage_token}'))) ->> 'code',
  'invalid_manage_token', 'thirty days after its last appointment the link is void');

select * from finish();
rollback;
