begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);

create function pg_temp.import(source text, variadic hours int[]) returns int
language sql as $$
  select tests.value_as('ann', format('select public.import_busy_times(%L, %L, %L)', tests.resource_id('Ann'), source, coalesce((
    select jsonb_agg(jsonb_build_object('external_id', h, 'starts_at', tests.day_at(2, make_time(h, 0, 0)), 'ends_at', tests.day_at(2, make_time(h + 1, 0, 0))))
    from unnest(hours) h), '[]')))::int
$$;
create function pg_temp.offered() returns setof text
language sql as $$
  select distinct to_char(starts_at at time zone 'Europe/Berlin', 'HH24') collate "C"
  from public.available_slots(tests.service_id('Consultation'), tests.day_at(2, '00:00'), tests.day_at(3, '00:00')) order by 1
$$;

select is(pg_temp.import('google', 9, 10, 11), 3, 'as many as were sent');
select pg_temp.import('outlook', 11, 12);
select results_eq('select pg_temp.offered()', array['13', '14', '15', '16'], 'both calendars take time away');
select pg_temp.import('google', 16);
select results_eq('select pg_temp.offered()', array['09', '10', '13', '14', '15'], 'a new reading replaces its own source only');
select pg_temp.import('google', variadic '{}');
select pg_temp.import('outlook', variadic '{}');
select is((select count(*) from pg_temp.offered()), 8::bigint, 'empty readings bring all back');

select is(
  tests.refusal(format('select tests.value_as(%L, %L)', 'ann', format('select public.import_busy_times(%L, %L, %L)', tests.resource_id('Ann'), 'google', '{"a": 1}'))) ->> 'code',
  'invalid_input', 'a reading is a list'
);
select pg_temp.import('google', 10);
select is(
  tests.refusal($$ select tests.book('Consultation', tests.day_at(2, '10:30')) $$) #>> '{detail,reason}', 'absent',
  'what is busy elsewhere is refused without saying with what'
);

select * from finish();
rollback;
