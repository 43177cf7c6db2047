begin;
set local search_path = extensions;
select plan(12);

select tests.create_organization();
create function pg_temp.one(labels jsonb, organization_id uuid default null) returns core.measures language sql as $$
  select m from core.measures m where m.labels = one.labels and m.organization_id is not distinct from one.organization_id
$$;
create function pg_temp.batch(count int, route text default '/a/:id', organization text default null) returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('family', 'requests', 'labels', jsonb_build_object('route', route), 'count', count,
    'seconds', count * 0.5, 'buckets', array[0, 0, 0, 0, 0, 0, count, 0, 0, 0, 0, 0], 'organization_id', organization))
$$;

select tests.authenticate_as_service();
select is(public.count_requests(pg_temp.batch(2)), 1, 'a function writes what it counted');
select public.count_requests(pg_temp.batch(3) || pg_temp.batch(7, '/b'));
select tests.clear_authentication();
select is((pg_temp.one('{"route": "/a/:id"}')).count, 5::bigint, 'batches add up');
select is((pg_temp.one('{"route": "/a/:id"}')).seconds, 2.5::float8, 'durations too');
select is((pg_temp.one('{"route": "/a/:id"}')).buckets[7], 5::bigint, 'and buckets, each by itself');
select is((pg_temp.one('{"route": "/b"}')).count, 7::bigint, 'each series by itself');

select tests.authenticate_as_service();
select is(public.count_requests(pg_temp.batch(1, '/a/:id', tests.organization_id()::text)), 1, 'an organization has series of its own');
select is(public.count_requests(pg_temp.batch(1, '/a/:id', gen_random_uuid()::text)), 0, 'what is no organization has none');
select throws_ok(
  $$ select public.count_requests('[{"family": "passwords", "labels": {}, "count": 1}]') $$, '23514', null, 'families are known'
);
select throws_ok(
  $$ select public.count_requests('[{"family": "requests", "labels": {}, "count": -1}]') $$, '23514', null, 'counters only grow'
);
select throws_ok($$ select public.count_requests('{}') $$, 'PT422', 'invalid_input', 'a batch is a list');

select tests.authenticate_as('owner');
select throws_ok($$ select public.count_requests('[]') $$, '42501', null, 'users count nothing');
select tests.clear_authentication();
set local role anon;
select throws_ok($$ select public.count_requests('[]') $$, '42501', null, 'nor do guests');

select * from finish();
rollback;
