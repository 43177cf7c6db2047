begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann'], all_of => array['Room']);
select tests.offer_service('Secret', '{"visibility": "private"}', any_of => array['Bob']);
create temporary table rated as
select tests.fulfilled('Consultation', tests.day_at(2, '10:00') + n * interval '30 minutes') as id, rating
from unnest(array[5, 4, 4, 1]) with ordinality as r(rating, n);
insert into rated select tests.fulfilled('Secret', tests.day_at(3, '10:00')), 2;
select tests.value_as('customer', format('select public.leave_feedback(%L, %s)', id, rating)) from rated;
select tests.value_as('customer', format('select tests.refusal(%L)', format('select public.leave_feedback(%L, 5)', id))) from rated;

create function pg_temp.sums() returns setof text
language sql as $$
  select format('%s %s %s %s', coalesce(s.name, r.name), f.ratings, f.mean, f.stars)
  from public.feedback_summaries f
  left join public.services s on s.id = f.subject_id
  left join public.resources r on r.id = f.subject_id
$$;
select set_eq(
  'select * from pg_temp.sums()',
  array['Consultation 4 3.50 {1,0,0,2,1}', 'Ann 4 3.50 {1,0,0,2,1}', 'Room 4 3.50 {1,0,0,2,1}', 'Secret 1 2.00 {0,1,0,0,0}', 'Bob 1 2.00 {0,1,0,0,0}'],
  'each counts once, for the service and for each who served'
);
select set_eq(
  $$
    select f.subject_type, f.subject_id, f.ratings, f.mean from public.feedback_summaries f
  $$,
  $$
    select t.subject_type, t.subject_id, count(*)::int, round(avg(b.rating), 2)
    from public.feedback b, lateral (select 'service', b.service_id union all select 'resource', r from unnest(b.resource_ids) r) t(subject_type, subject_id)
    group by 1, 2
  $$,
  'as a count of the table tells'
);
update public.feedback set rating = 3 where appointment_id = (select id from rated where rating = 1);
delete from public.feedback where appointment_id = (select id from rated where rating = 2);
select set_has(
  'select * from pg_temp.sums()',
  $$ values ('Consultation 4 4.00 {0,0,1,2,1}'), ('Ann 4 4.00 {0,0,1,2,1}'), ('Secret 0  {0,0,0,0,0}') $$, 'a rating that is mended or deleted is counted as it is'
);

select tests.authenticate_as('viewer');
select is((select count(*) from public.feedback_summaries), 5::bigint, 'members read all sums');
select tests.authenticate_as('outsider');
select is((select count(*) from public.feedback_summaries), 0::bigint, 'others none');
select tests.as_anon();
select throws_ok('select * from public.feedback_summaries', '42501', null, 'nor do guests');
select results_eq(
  format($$ select to_jsonb(r) from public.service_ratings('{%s,%s}') r $$, tests.service_id('Consultation'), tests.service_id('Secret')),
  format($$ values ('{"service_id": "%s", "ratings": 4, "mean": 4.00}'::jsonb) $$, tests.service_id('Consultation')),
  'but everyone the number and the mean of a public service, and not of a private one'
);
select is(
  tests.refusal($$ select * from public.service_ratings(array(select gen_random_uuid() from generate_series(1, 101))) $$) ->> 'code', 'invalid_input',
  'of so many at once'
);

select * from finish();
rollback;
