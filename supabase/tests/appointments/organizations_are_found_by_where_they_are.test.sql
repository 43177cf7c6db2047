begin;
set local search_path = extensions;
-- Distances by the haversine formula, worked out elsewhere.
select plan(16);

select tests.create_organization(o, 'owner') from unnest(array['berlin', 'potsdam', 'hidden', 'fiji', 'samoa', 'pole', 'nowhere']) o;
update public.organizations set listed = slug <> 'hidden';
select tests.create_location('Mitte', 52.5200, 13.4050, 'berlin'), tests.create_location('Spandau', 52.5360, 13.2000, 'berlin');
select tests.create_location('Old market', 52.3956, 13.0610, 'potsdam'), tests.create_location('Secret', 52.5200, 13.4050, 'hidden');
select tests.create_location('Suva', -18.1416, 178.4419, 'fiji'), tests.create_location('Taveuni', -17, -179.9, 'samoa'), tests.create_location('South', -90, 0, 'pole');
select tests.create_location('In the books only', slug => 'nowhere');

create function pg_temp.near(latitude float, longitude float, radius float default 200000, page int default 20, cursor text default null) returns setof text
language sql as $$
  select (o ->> 'slug') || ' ' || (o #>> '{location,name}') || ' ' || (o ->> 'distance_metres')
  from jsonb_array_elements(public.organizations_nearby(latitude, longitude, radius, page_size => page, cursor => cursor) -> 'organizations') o
$$;
select tests.as_anon();
select results_eq('select * from pg_temp.near(52.52, 13.405)', array['berlin Mitte 0', 'potsdam Old market 27104'], 'each with its nearest place, by distance');
select results_eq('select split_part(n, '' '', 2) from pg_temp.near(52.53, 13.19, 10000) n', array['Spandau'], 'which depends on where one is');
select results_eq('select * from pg_temp.near(52.52, 13.405, 27000)', array['berlin Mitte 0'], 'within the radius');
select is(count(*), 0::bigint, 'and nobody who is not listed') from pg_temp.near(52.52, 13.405) n where n like 'hidden%';
select results_eq('select * from pg_temp.near(-17, 179.8)', array['samoa Taveuni 31901', 'fiji Suva 191937'], 'across the line of dates');
select results_eq('select * from pg_temp.near(-17, -180)', array['samoa Taveuni 10634'], 'on it');
select set_eq('select * from pg_temp.near(-17, -180)', 'select * from pg_temp.near(-17, 180)', 'from either side');
select results_eq('select * from pg_temp.near(-89.5, 170)', array['pole South 55598'], 'at a pole, from any meridian');
select results_eq('select * from pg_temp.near(-90, -77)', array['pole South 0'], 'which is all of them');
select results_eq('select * from pg_temp.near(90, 0)', array[]::text[], 'and nothing at the other');

select set_config('test.cursor', public.organizations_nearby(52.52, 13.405, 200000, page_size => 1) ->> 'next_cursor', true);
select results_eq(
  'select * from pg_temp.near(52.52, 13.405, page => 1, cursor => current_setting(''test.cursor''))', array['potsdam Old market 27104'], 'the next page goes on'
);
select is(public.organizations_nearby(52.52, 13.405, 200000, page_size => 1, cursor => current_setting('test.cursor')) ->> 'next_cursor', null, 'until the last');
select is(public.organizations_nearby(52.52, 13.405, kind => 'bank') ->> 'organizations', '[]', 'of a kind');

create function pg_temp.code(arguments text) returns text
language sql as $$ select tests.refusal(format('select public.organizations_nearby(%s)', arguments)) ->> 'code' $$;
select bag_eq(
  $$
    select pg_temp.code(a) from unnest(array['91, 0', '0, 181', 'null, 0', '''NaN'', 0', '0, 0, 200001', '0, 0, 0', '0, 0, ''NaN''', '0, 0, page_size => 21',
      '0, 0, page_size => null']) a
  $$,
  array_fill('invalid_input'::text, array[9]), 'anything else is refused'
);
select is(
  (select string_agg(distinct pg_temp.code(format('0, 0, cursor => %L', c)), ' ') from unnest(array['', 'x', '1:2', 'e:' || gen_random_uuid(), '1e999:' || gen_random_uuid()]) c),
  'invalid_cursor', 'a cursor is one of ours'
);
select tests.clear_authentication();
update public.locations set active = false where name = 'Mitte';
select results_eq('select split_part(n, '' '', 2) from pg_temp.near(52.52, 13.405, 20000) n', array['Spandau'], 'a place that is closed for good is not found');

select * from finish();
rollback;
