begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.set_limits('{"customer bookings month": 2}', service => 'Talk');
-- Weekly across the end of next month: two before it, three after.
create temporary table series as
select f.first - (now() at time zone 'Europe/Berlin')::date as first
from (select (date_trunc('month', now() at time zone 'Europe/Berlin') + interval '2 months')::date as first) f;
grant select on series to public;
create temporary table told as
select tests.value_as('customer', tests.book_series_command('Talk', tests.weekly(first - 8, '10:00', 5), ', on_conflict => ''skip'''))::jsonb as answer
from series;

select is(
  tests.agenda((select (answer ->> 'id')::uuid from told)),
  (select array_agg(first + d || ' 10:00' order by d) from series, unnest(array[-8, -1, 6, 13]) d), 'two of each month'
);
select is(
  (select array_agg(c ->> 'code' || ' ' || (c ->> 'maximum')) from told, jsonb_array_elements(answer -> 'skipped') c),
  array['limit_reached 2'], 'the third of a month is skipped, and says why'
);
select tests.authenticate_as('customer');
select is(tests.told('Talk', tests.day_at(first + 7, '12:00')), 'limit_reached customer bookings month 2', 'what a series has used is used') from series;
select is(
  tests.refusal(tests.book_series_command('Talk', tests.weekly(first + 21, '09:00', 2))) ->> 'code', 'series_conflicts', 'a series that passes a limit is refused'
) from series;
select tests.clear_authentication();
select tests.value_as('customer', format('select public.cancel_series(%L)', answer ->> 'id')) from told;
select is((select sum(u.used) from appointments.limit_uses u), 0::bigint, 'a series that is cancelled gives everything back');
select tests.authenticate_as('customer');
select is(tests.told('Talk', tests.day_at(first + 7, '12:00')), null, 'for others to book') from series;

select * from finish();
rollback;
