begin;
set local search_path = extensions;
select plan(2);

select tests.create_clinic();
select tests.create_resource('Desk', 'staff', '00:00', '24:00');
-- Closed until a Monday in 2031, three weeks before the clocks change in Berlin and one week before in New York.
select tests.value_as(null, format('select public.set_date_override(%L, %L, %L)', tests.resource_id('Desk'), '2031-03-02', '[]'));
select calendar.claim(array[tests.resource_id('Desk')], tstzrange('2031-03-05 00:00+00', '2031-03-12 00:00+00'), 'block', gen_random_uuid());

create function pg_temp.slots(session text) returns timestamptz[]
language sql as $$
  select set_config('timezone', session, true);
  select array_agg(s.starts_at order by s.starts_at)
  from generate_series(timestamptz '2031-03-02 12:00+00', '2031-04-06 12:00+00', '7 hours') at,
    calendar.slots(array[1], array[tests.resource_id('Desk')], tstzrange(at, at + interval '7 hours'), '50 minutes', '50 minutes', '0', '0') s
$$;

create temporary table answers as
select z as zone, pg_temp.slots(z) as slots from unnest(array['UTC', 'America/New_York', 'Europe/Berlin', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']) z;

select is((select count(distinct slots) from answers), 1::bigint, 'slots are the same for whoever asks, wherever they are');
select is_empty(
  $$ select from answers, unnest(slots) s where s >= '2031-03-05 00:00+00' and s < '2031-03-12 00:00+00' $$,
  'and a claim of a whole week blocks all of it'
);

select * from finish();
rollback;
