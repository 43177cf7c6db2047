begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"maximum_reschedules": 1, "reschedule_notice_minutes": 7200, "cancellation_notice_minutes": 7200}',
  any_of => array['Ann']);
select set_config('test.series', tests.book_series('Consultation', tests.weekly(2, '10:00', 3))::text, true);
create function pg_temp.move(n int, days int, more text default '') returns jsonb
language sql as $$
  select tests.refusal(format('select public.change_series(%L, ''all'', %L, %L%s)', current_setting('test.series'),
    jsonb_build_object('starts_at', tests.day_at(days, '12:00')), tests.nth(current_setting('test.series')::uuid, n), more))
$$;
create function pg_temp.codes(refusal jsonb) returns text[]
language sql as $$ select array_agg(c ->> 'code') from jsonb_array_elements(refusal #> '{detail,conflicts}') c $$;
create function pg_temp.cancel(more text default '') returns jsonb
language sql as $$ select tests.refusal(format('select public.cancel_series(%L%s)', current_setting('test.series'), more)) $$;

select tests.authenticate_as('customer');
select is(pg_temp.codes(pg_temp.move(2, 10)), array['too_late_to_reschedule'], 'the first is within the notice: the series stays');
select is(pg_temp.move(2, 10, ', on_conflict => ''skip'''), null, 'unless it may be skipped');
select is(tests.agenda(current_setting('test.series')::uuid), array['2 10:00', '10 12:00', '17 12:00'], 'then the others move');
select is(pg_temp.codes(pg_temp.move(2, 11, ', on_conflict => ''skip''')),
  array['too_late_to_reschedule', 'too_many_reschedules', 'too_many_reschedules'], 'once, as agreed at booking: nothing is left to move');
select is(pg_temp.codes(pg_temp.cancel()), array['too_late_to_cancel'], 'cancelling has its notice too');
select is(pg_temp.cancel(', on_conflict => ''skip'''), null, 'what can be cancelled is');
select is(tests.agenda(current_setting('test.series')::uuid), array['2 10:00', '10 12:00 cancelled', '17 12:00 cancelled'], 'and the rest stays');

select tests.authenticate_as('desk');
select is(pg_temp.codes(pg_temp.cancel()), array['reason_required'], 'the desk is asked why');
select is(pg_temp.cancel(', reason => ''Ann is ill'''), null, 'and may');

select * from finish();
rollback;
