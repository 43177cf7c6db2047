begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Any', any_of => array['Ann', 'Bob']);
select tests.offer_service('First', '{"assignment": "fixed"}', any_of => array['Bob', 'Ann']);


create function pg_temp.book(service text, at time, days int default 3) returns text
language plpgsql as $$
declare
  booked uuid := tests.book(service, tests.day_at(days, at));
begin
  return (select r.name from public.appointments a join public.resources r on r.id = any (a.resource_ids) where a.id = booked);
end $$;

select is(pg_temp.book('Any', '10:00'), 'Ann', 'with nothing to do for anyone, the first in order');
select is(pg_temp.book('Any', '11:00'), 'Bob', 'then who has less');
select calendar.claim(array[tests.resource_id('Bob')], tstzrange(tests.day_at(3, '15:00'), tests.day_at(3, '16:00')), 'game', gen_random_uuid());
select is(pg_temp.book('Any', '12:00'), 'Ann', 'whatever takes their time counts');
select is(pg_temp.book('Any', '15:30'), 'Ann', 'who is taken is passed over, however little they have to do');
select calendar.claim(array[tests.resource_id('Ann')], tstzrange(tests.day_at(20, '09:00'), tests.day_at(20, '17:00')), 'block', gen_random_uuid());
select is(pg_temp.book('Any', '14:00'), 'Ann', 'another week''s work does not count: on a par, the first again');
select results_eq(
  $$ select pg_temp.book('First', '10:00', 5) union all select pg_temp.book('First', '10:30', 5) union all select pg_temp.book('First', '10:00', 5) $$,
  array['Bob', 'Bob', 'Ann'], 'a fixed order takes the first who is free'
);

select * from finish();
rollback;
