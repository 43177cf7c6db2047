begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.create_resource('Night', 'staff', '20:00', '04:00');
select tests.value_as(null, format('select public.set_date_override(%L, %L, %L)', tests.resource_id('Night'), d, windows))
from (values ('2031-03-05', '[]'), ('2031-03-10', '[{"opens": "22:00", "closes": "02:00"}]'),
  ('2031-03-15', '[{"opens": "01:00", "closes": "02:00"}, {"opens": "23:00", "closes": "24:00"}]')) as o (d, windows);

create function pg_temp.open(first date, last date) returns setof text
language sql as $$
  select to_char(lower(o) at time zone 'Europe/Berlin', 'DD HH24:MI-') || to_char(upper(o) at time zone 'Europe/Berlin', 'DD HH24:MI')
  from (select tstzrange(first::timestamp at time zone 'Europe/Berlin', last::timestamp at time zone 'Europe/Berlin') as asked) a,
    calendar.open_hours(array[tests.resource_id('Night')], asked) h, unnest(h.open * tstzmultirange(asked)) o
$$;

select results_eq(
  $$ select pg_temp.open('2031-03-02', '2031-03-04') $$, array['02 00:00-02 04:00', '02 20:00-03 04:00', '03 20:00-04 00:00'],
  'nights run past midnight'
);
select results_eq(
  $$ select pg_temp.open('2031-03-04', '2031-03-07') $$,
  array['04 00:00-04 04:00', '04 20:00-05 00:00', '06 20:00-07 00:00'],
  'a closed date cuts the night before, and has no night of its own'
);
select results_eq(
  $$ select pg_temp.open('2031-03-09', '2031-03-12') $$,
  array['09 00:00-09 04:00', '09 20:00-10 00:00', '10 22:00-11 02:00', '11 20:00-12 00:00'],
  'a date with hours of its own runs past midnight too, in place of the weekly night'
);
select results_eq(
  $$ select pg_temp.open('2031-03-14', '2031-03-17') $$,
  array['14 00:00-14 04:00', '14 20:00-15 00:00', '15 01:00-15 02:00', '15 23:00-16 00:00', '16 20:00-17 00:00'],
  'several windows of a date each count'
);

select tests.value_as(null, format('select public.set_date_override(%L, %L, null)', tests.resource_id('Night'), '2031-03-05'));
select results_eq(
  $$ select pg_temp.open('2031-03-05', '2031-03-06') $$, array['05 00:00-05 04:00', '05 20:00-06 00:00'], 'without it the week is back'
);
select tests.authenticate_as('owner');
select is(
  tests.refusal(format('select public.set_date_override(%L, %L, %L)', tests.resource_id('Night'), '2031-03-05', '[{}]')) ->> 'code',
  'invalid_input', 'a window without times is refused'
);
select throws_ok(
  format('select public.set_date_override(%L, %L, %L)', tests.resource_id('Night'), '2031-03-05', '[{"opens": "10:00"}]'),
  '23514', null, 'so is one that never closes'
);

select * from finish();
rollback;
