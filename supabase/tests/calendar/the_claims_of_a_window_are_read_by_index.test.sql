begin;
set local search_path = extensions;
select plan(2);

select tests.create_clinic();
insert into calendar.claims (resource_id, during, kind, owner_id)
select r.id, tstzrange(at, at + interval '20 minutes'), 'block', gen_random_uuid()
from (select gen_random_uuid() as id from generate_series(1, 19) union all select tests.resource_id('Ann')) r,
  generate_series(now(), now() + interval '60 days', interval '90 minutes') at;
analyze calendar.claims;

create function pg_temp.plan_of(query text) returns text
language plpgsql as $$
declare
  line text;
  plan text := '';
begin
  for line in execute 'explain (costs off) ' || query loop
    plan := plan || line || chr(10);
  end loop;
  return plan;
end $$;

create temporary table plan as
select pg_temp.plan_of(format(
  'select seat, during from calendar.claims where resource_id = %L and lower(during) > now() + interval %L and lower(during) < now() + interval %L',
  tests.resource_id('Ann'), '3 days', '12 days')) as it;

select matches((select it from plan), 'claims_by_start', 'by resource and start');
select doesnt_match((select it from plan), 'Seq Scan|Sort', 'without reading or sorting more');

select * from finish();
rollback;
