begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.create_resource('Cleo');
select tests.offer_service('Shared', any_of => array['Ann', 'Bob']);
select tests.offer_service('Led', any_of => array['Ann', 'Bob', 'Cleo']);
select tests.value_as('owner', format('select public.set_service_groups(%L, %L)', tests.service_id('Shared'), jsonb_build_array(jsonb_build_object(
  'name', 'any', 'rule', 'any', 'members', jsonb_build_array(
    jsonb_build_object('resource_id', tests.resource_id('Ann'), 'weight', 2), jsonb_build_object('resource_id', tests.resource_id('Bob')))))));
select tests.value_as('owner', format('select public.set_service_groups(%L, %L)', tests.service_id('Led'), jsonb_build_array(jsonb_build_object(
  'name', 'any', 'rule', 'any', 'members', jsonb_build_array(jsonb_build_object('resource_id', tests.resource_id('Ann')),
    jsonb_build_object('resource_id', tests.resource_id('Bob')), jsonb_build_object('resource_id', tests.resource_id('Cleo'), 'priority', 1))))));

select tests.book('Shared', tests.day_at(3 + n / 15, '09:00') + (n % 15) * interval '30 minutes') from generate_series(0, 29) n;
select results_eq(
  $$ select r.name, count(*) from public.appointments a join public.resources r on r.id = any (a.resource_ids) group by 1 order by 1 $$,
  $$ values ('Ann', 20::bigint), ('Bob', 10) $$, 'who has twice the weight serves two of three'
);

create function pg_temp.served_by(at time) returns text
language plpgsql as $$
declare
  booked uuid := tests.book('Led', tests.day_at(20, at));
begin
  return (select r.name from public.appointments a join public.resources r on r.id = any (a.resource_ids) where a.id = booked);
end $$;
select results_eq(
  $$ select pg_temp.served_by('10:00') union all select pg_temp.served_by('10:30') union all select pg_temp.served_by('11:00') $$,
  array['Cleo', 'Cleo', 'Cleo'], 'the highest priority serves first, whatever they have to do'
);
select is(pg_temp.served_by('10:00'), 'Ann', 'others when those are taken');
select is(pg_temp.served_by('10:00'), 'Bob', 'each in turn');

select * from finish();
rollback;
