begin;
set local search_path = extensions;
select plan(2);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select tests.offer_service('Quiet', '{"visibility": "private"}', any_of => array['Ann']);
select set_config('test.series', tests.book_series('Consultation', tests.weekly(2, '10:00', 2))::text, true);
select set_config('test.other', tests.book('Consultation', tests.day_at(4, '10:00'))::text, true);
create function pg_temp.book(occurrences text, more text default '', service text default 'Consultation') returns text
language sql as $$
  select r ->> 'code' from tests.refusal(format('select public.book_series(%L, ''FREQ=WEEKLY;COUNT=2'', ''Europe/Berlin'', %s%s)',
    tests.service_id(service), occurrences, more)) r
$$;
create function pg_temp.change(more text) returns text
language sql as $$ select r ->> 'code' from tests.refusal(format('select public.change_series(%L, %s)', current_setting('test.series'), more)) r $$;

select tests.authenticate_as('customer');
select is_empty(
  $$
    select * from (values
      (pg_temp.book('null')), (pg_temp.book('''{}''')), (pg_temp.book('array[now(), null]')), (pg_temp.book('array[now(), ''infinity'']')),
      (pg_temp.book('array[now(), now()]')), (pg_temp.book('array[now() + interval ''1 day'', now()]')),
      (pg_temp.book('array[array[now()], array[now() + interval ''1 day'']]')),
      (pg_temp.book('array(select now() + make_interval(days => n) from generate_series(1, 101) n)')),
      (pg_temp.book('array[now()]', ', on_conflict => ''overwrite''')), (pg_temp.book('array[now()]', ', on_conflict => null')),
      (pg_temp.book('array[now() + interval ''2 days'']', ', guest => ''{"name": "x"}''')),
      (pg_temp.change('''some'', ''{"notes": "x"}''')), (pg_temp.change('''one'', ''{"notes": "x"}''')), (pg_temp.change('''all'', ''{}''')),
      (pg_temp.change('''all'', null')), (pg_temp.change('''all'', ''[]''')), (pg_temp.change('''all'', ''{"status": "fulfilled"}''')),
      (pg_temp.change('''all'', ''{"starts_at": "2030-01-01T00:00Z"}''')),
      (pg_temp.change(format('''all'', ''{"starts_at": "infinity"}'', %L', tests.nth(current_setting('test.series')::uuid, 1))))
    ) as x (code) where code is distinct from 'invalid_input'
  $$, 'what is wrong with the request is said once, not for each occurrence'
);
select results_eq(
  $$
    select pg_temp.book('array[now() + interval ''2 days'']', '', 'Quiet'),
      pg_temp.book('array[now() + interval ''2 days'']', format(', customer_id => %L', tests.get_supabase_uid('neighbour'))),
      pg_temp.change(format('''one'', ''{"notes": "x"}'', %L', current_setting('test.other')))
  $$,
  $$ values ('not_found', 'permission_denied', 'not_found') $$, 'who may not book one may not book many, and another appointment is none of the series'
);

select * from finish();
rollback;
