begin;
set local search_path = extensions;
select plan(5);

select tests.create_organization();
insert into core.measures (organization_id, family, labels, count)
select o.id, 'requests', jsonb_build_object('route', n, 'status', '200'), 1
from (values (null::uuid, 3000), (tests.organization_id(), 200)) o (id, series), generate_series(1, o.series) n;

create function pg_temp.total(organization_id uuid) returns bigint language sql as $$
  select sum(m.count)::bigint from core.measures m where m.organization_id is not distinct from total.organization_id
$$;
create function pg_temp.series(organization_id uuid) returns bigint language sql as $$
  select count(*) from core.measures m where m.organization_id is not distinct from series.organization_id
$$;

select core.count_measure(null, 'requests', jsonb_build_object('route', 'new ' || n, 'status', '200'), 1) from generate_series(1, 5) n;
select is(pg_temp.series(null), 3001::bigint, 'what is one series too many becomes one more at most');
select is(pg_temp.total(null), 3005::bigint, 'and is counted all the same');
select is(
  (select count from core.measures where labels = '{"route": "other", "status": "other"}' and organization_id is null), 5::bigint,
  'under labels that say so'
);
select core.count_measure(null, 'requests', '{"route": 7, "status": "200"}', 1);
select is((select count from core.measures where labels ->> 'route' = '7' and organization_id is null), 2::bigint, 'known series go on');
select core.count_measure(tests.organization_id(), 'requests', '{"route": "new"}', 1);
select is(pg_temp.series(tests.organization_id()), 201::bigint, 'an organization has a bound of its own');

select * from finish();
rollback;
