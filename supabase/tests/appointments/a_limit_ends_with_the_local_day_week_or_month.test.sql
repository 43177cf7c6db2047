begin;
set local search_path = extensions;
select plan(12);

select tests.create_clinic();
create temporary table zones as select * from (values ('Ann', 'Pacific/Kiritimati'), ('Bob', 'Pacific/Pago_Pago'), ('Room', 'Europe/Berlin')) as z(name, zone);
select tests.value_as('owner', format('select public.update_resource(%L, %L)', tests.resource_id(name), jsonb_build_object('time_zone', zone))) from zones;
select tests.value_as('owner', format('select public.set_weekly_hours(%L, %L)', tests.resource_id(name),
  (select jsonb_agg(jsonb_build_object('weekday', d, 'opens', '00:00', 'closes', '24:00')) from generate_series(1, 7) d))) from zones;
select tests.offer_service(name, any_of => array[name]) from zones;

-- The first of the month after next, a Monday and a midnight, as each zone has them, and the last slot before.
create temporary table ends as
select name, zone, period, (e.first)::timestamp at time zone zone as first, (e.first::timestamp - interval '30 minutes') at time zone zone as last
from zones
cross join lateral (values
  ('month', (date_trunc('month', now() at time zone zone) + interval '2 months')::date),
  ('week', (date_trunc('week', now() at time zone zone) + interval '21 days')::date),
  ('day', (now() at time zone zone)::date + 10)) as e(period, first);

grant select on ends to public;

select tests.authenticate_as('customer');
create temporary table answers as
with tried as materialized (
  select e.name, e.period,
    tests.set_limits(jsonb_build_object('resource bookings ' || period, 1), resource => name) is not null as limited,
    tests.told(e.name, last) as taken, tests.told(e.name, last - interval '30 minutes') as before, tests.told(e.name, first) as after
  from ends e)
select * from tried;
select is(taken, null, format('%s: the last slot of the %s is booked', name, period)) from answers where name = 'Ann' order by period;
select is(before, format('limit_reached resource bookings %s 1', period), format('%s: nothing else of the %s', name, period)) from answers where name = 'Ann' order by period;
select is(after, null, format('%s: what is after the %s ends', name, period)) from answers where name = 'Ann' order by period;
select is(
  (select array_agg(taken is null and before = format('limit_reached resource bookings %s 1', period) and after is null) from answers where name = 'Bob'),
  array[true, true, true], 'a day behind'
);
select is(
  (select array_agg(taken is null and before = format('limit_reached resource bookings %s 1', period) and after is null) from answers where name = 'Room'),
  array[true, true, true], 'and in between'
);
select is(
  (select count(*)::int from public.available_slots(tests.service_id('Room'), (select last from ends where name = 'Room' and period = 'day') - interval '23 hours',
    (select first from ends where name = 'Room' and period = 'day'))), 0, 'a full day offers nothing'
);

select * from finish();
rollback;
