begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
create function pg_temp.ask(from_time timestamptz, to_time timestamptz) returns text
language sql as $$
  select coalesce(r ->> 'code', 'answered')
  from (select tests.refusal(format('select * from public.available_slots(%L, %L, %L)', tests.service_id('Consultation'), from_time, to_time)) r) x
$$;

select tests.as_anon();
select is(pg_temp.ask(now(), now() + interval '62 days'), 'answered', 'sixty-two days');
select is(pg_temp.ask(now(), now() + interval '62 days 1 second'), 'range_too_long', 'and no more');
select is(pg_temp.ask(now(), now()), 'invalid_input', 'an empty range');
select is(pg_temp.ask(now() + interval '1 day', now()), 'invalid_input', 'a range that ends before it starts');
select is(pg_temp.ask(null, now()), 'invalid_input', 'a range without a beginning');
select is(pg_temp.ask('2000-01-01', '2000-02-01'), 'answered', 'the past has no slots, but is no error');
select isnt(pg_temp.ask('-infinity', 'infinity'), 'answered', 'forever is too long');
select results_eq(
  $$
    select count(*), min(starts_at), max(ends_at)
    from public.available_slots(tests.service_id('Consultation'), tests.day_at(2, '10:00'), tests.day_at(2, '12:00'))
  $$,
  $$ values (4::bigint, tests.day_at(2, '10:00'), tests.day_at(2, '12:00')) $$,
  'what starts within the range is listed, its end not included'
);

select * from finish();
rollback;
