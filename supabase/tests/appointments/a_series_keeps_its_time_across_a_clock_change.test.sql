begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"booking_horizon_days": 700}', any_of => array['Ann']);
-- The Mondays before and after the next end of summer time, which is on a Sunday.
create temporary table change as
select d - 6 as before, d + 1 as after
from generate_series((now() at time zone 'Europe/Berlin')::date + 10, (now() at time zone 'Europe/Berlin')::date + 400, interval '1 day') x,
  lateral (select x::date as d) y
where extract(epoch from (d + 1)::timestamp at time zone 'Europe/Berlin' - d::timestamp at time zone 'Europe/Berlin') = 25 * 3600
limit 1;
grant select on change to authenticated;
select set_config('test.series', tests.book_series('Consultation', array(
  select (before + 7 * n + time '10:00') at time zone 'Europe/Berlin' from change, generate_series(0, 1) n))::text, true);

create function pg_temp.utc_hours() returns text[]
language sql as $$
  select array_agg(to_char(a.starts_at at time zone 'UTC', 'HH24:MI') order by a.starts_at) from public.appointments a
$$;
select is(pg_temp.utc_hours(), array['08:00', '09:00'], 'ten by the clock on the wall is another instant after the change');

select tests.authenticate_as('customer');
select lives_ok(format('select public.change_series(%L, ''all'', %L, %L)', current_setting('test.series'),
  (select jsonb_build_object('starts_at', (before + time '11:30') at time zone 'Europe/Berlin') from change),
  tests.nth(current_setting('test.series')::uuid, 1)), 'the series is moved by an hour and a half, named on this side of the change');
select tests.clear_authentication();
select is(pg_temp.utc_hours(), array['09:30', '10:30'], 'half past eleven it is on both sides');

select tests.authenticate_as('customer');
select public.change_series(current_setting('test.series')::uuid, 'following',
  (select jsonb_build_object('starts_at', (before + 8 + time '11:30') at time zone 'Europe/Berlin') from change),
  tests.nth(current_setting('test.series')::uuid, 1));
select tests.clear_authentication();
select results_eq(
  $$ select to_char(a.starts_at at time zone 'Europe/Berlin', 'ID HH24:MI') from public.appointments a order by a.starts_at $$,
  array['2 11:30', '2 11:30'], 'moved over the change by days, it keeps the time of day'
);

select * from finish();
rollback;
