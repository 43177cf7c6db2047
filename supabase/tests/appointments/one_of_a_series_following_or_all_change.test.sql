begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann', 'Bob']);
select set_config('test.series', tests.book_series('Consultation', tests.weekly(2, '10:00', 4))::text, true);
create function pg_temp.change(scope text, n int, changes jsonb) returns jsonb
language sql as $$
  select public.change_series(current_setting('test.series')::uuid, scope, changes, tests.nth(current_setting('test.series')::uuid, n))
$$;
create function pg_temp.cancel(scope text, n int) returns jsonb
language sql as $$
  select public.cancel_series(current_setting('test.series')::uuid, scope, tests.nth(current_setting('test.series')::uuid, n), 'Away')
$$;
create function pg_temp.agenda() returns text[]
language sql as $$ select tests.agenda(current_setting('test.series')::uuid) $$;

select tests.authenticate_as('customer');
select pg_temp.change('one', 2, jsonb_build_object('starts_at', tests.day_at(10, '11:00')));
select is(pg_temp.agenda(), array['2 10:00', '10 11:00', '16 10:00', '23 10:00'], 'one');
select pg_temp.change('following', 3, jsonb_build_object('starts_at', tests.day_at(17, '12:00')));
select is(pg_temp.agenda(), array['2 10:00', '10 11:00', '17 12:00', '24 12:00'], 'this and following');
select pg_temp.change('all', 4, jsonb_build_object('starts_at', tests.day_at(24, '13:00')));
select is(pg_temp.agenda(), array['2 11:00', '10 12:00', '17 13:00', '24 13:00'], 'all: each by as much as the chosen one');

select pg_temp.change('following', 3, jsonb_build_object('resource_id', tests.resource_id('Bob'), 'notes', 'Bring the X-ray'));
select results_eq(
  'select a.resource_ids[1] = tests.resource_id(''Bob''), a.notes from public.appointments a order by a.starts_at offset 2',
  $$ values (true, 'Bring the X-ray'), (true, 'Bring the X-ray') $$, 'someone else serves, and notes are left, from the third on'
);
select pg_temp.change('all', null, '{"notes": null}');
select is_empty('select from public.appointments where notes is not null', 'notes of all are removed, no appointment named');

select pg_temp.cancel('one', 2);
select is(pg_temp.agenda(), array['2 11:00', '10 12:00 cancelled', '17 13:00', '24 13:00'], 'one is cancelled');
select is((pg_temp.cancel('following', 4)) ->> 'cancelled_at', null, 'the last');
select isnt((pg_temp.cancel('all', null)) ->> 'cancelled_at', null, 'and then what is left');
select is(pg_temp.agenda(), array['2 11:00 cancelled', '10 12:00 cancelled', '17 13:00 cancelled', '24 13:00 cancelled'], 'are cancelled');
select is(tests.refusal($$ select pg_temp.change('all', null, '{"notes": "x"}') $$) ->> 'code', 'series_over', 'then nothing changes any more');
select tests.clear_authentication();
select is_empty('select from calendar.claims', 'and all its time is given back');

select * from finish();
rollback;
