begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.create_resource('Class', 'venue', capacity => 2);
create temporary table owners as select gen_random_uuid() as mover, gen_random_uuid() as other;

create function pg_temp.range(opens time, closes time) returns tstzrange
language sql as $$ select tstzrange(tests.day_at(2, opens), tests.day_at(2, closes)) $$;
create function pg_temp.move(names text[], opens time, closes time) returns void
language sql as $$
  select calendar.move((select array_agg(tests.resource_id(n)) from unnest(names) n), pg_temp.range(opens, closes), 'appointment', mover)
  from owners
$$;
create function pg_temp.held() returns setof text
language sql as $$
  select format('%s %s %s-%s', r.name, c.seat, to_char(lower(during) at time zone 'Europe/Berlin', 'HH24:MI'),
    to_char(upper(during) at time zone 'Europe/Berlin', 'HH24:MI'))
  from calendar.claims c join public.resources r on r.id = c.resource_id
  where c.owner_id = (select mover from owners) order by 1
$$;

select calendar.claim(array[tests.resource_id('Ann')], pg_temp.range('10:00', '11:00'), 'appointment', mover) from owners;
select calendar.claim(array[tests.resource_id('Ann')], pg_temp.range('12:00', '13:00'), 'hold', other) from owners;

select pg_temp.move(array['Ann'], '10:30', '11:30');
select results_eq('select pg_temp.held()', array['Ann 1 10:30-11:30'], 'later by half its length');
select pg_temp.move(array['Ann'], '10:00', '12:00');
select results_eq('select pg_temp.held()', array['Ann 1 10:00-12:00'], 'longer at both ends, up to the next one');
select pg_temp.move(array['Ann'], '10:30', '11:00');
select results_eq('select pg_temp.held()', array['Ann 1 10:30-11:00'], 'shorter');
select pg_temp.move(array['Ann'], '10:30', '11:00');
select results_eq('select pg_temp.held()', array['Ann 1 10:30-11:00'], 'to where it is');
select pg_temp.move(array['Ann', 'Room'], '10:45', '11:15');
select results_eq('select pg_temp.held()', array['Ann 1 10:45-11:15', 'Room 1 10:45-11:15'], 'with one resource more');
select pg_temp.move(array['Bob', 'Room'], '11:00', '11:30');
select results_eq('select pg_temp.held()', array['Bob 1 11:00-11:30', 'Room 1 11:00-11:30'], 'to someone else in the same room');

select pg_temp.move(array['Class'], '10:00', '11:00');
select calendar.claim(array[tests.resource_id('Class')], pg_temp.range('11:00', '12:00'), 'hold', other) from owners;
select results_eq(
  $$ select seat from calendar.claims where owner_id = (select other from owners) and resource_id = tests.resource_id('Class') $$,
  array[1], 'the seat is free again after its hour'
);
select pg_temp.move(array['Class'], '10:30', '11:30');
select results_eq('select pg_temp.held()', array['Class 2 10:30-11:30'], 'a seat that is taken further on is changed for another');
select is((select count(*) from calendar.claims where owner_id = (select mover from owners)), 1::bigint, 'no piece is left behind');

select * from finish();
rollback;
