begin;
set local search_path = extensions;
select plan(2);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select tests.as_anon();
select set_config('test.a', public.book_appointment(tests.service_id('Consultation'), tests.day_at(2, '10:00'),
  guest => '{"name": "Gus", "email": "gus@x.co"}')::text, true);
create function pg_temp.open() returns text language sql as $$
  select tests.refusal(format('select public.get_appointment(%L, %L)',
    current_setting('test.a')::jsonb ->> 'id', current_setting('test.a')::jsonb ->> 'manage_token')) ->> 'code' $$;

select tests.clear_authentication();
update public.appointments set starts_at = now() - interval '30 days', ends_at = now() - interval '29 days';
select tests.as_anon();
select is(pg_temp.open(), null, 'four weeks after an appointment its guest can still look it up');
select tests.clear_authentication();
update public.appointments set starts_at = now() - interval '32 days', ends_at = now() - interval '31 days';
select tests.as_anon();
select is(pg_temp.open(), 'invalid_manage_token', 'after thirty days the link is void');

select * from finish();
rollback;
