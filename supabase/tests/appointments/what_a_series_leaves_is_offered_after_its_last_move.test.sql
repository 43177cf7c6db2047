begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.series', tests.book_series('Consultation', tests.weekly(9, '10:00', 3))::text, true);
select tests.value_as('neighbour', format('select public.join_waitlist(%L, %L, %L)', tests.service_id('Consultation'), tests.day_at(d, '10:00'), tests.day_at(d, '10:30')))
from unnest(array[9, 16]) d;
select is((select count(*) from public.waitlist_entries where status = 'waiting'), 2::bigint, 'someone waits for the first two times');
select tests.value_as('customer', format('select public.change_series(%L, ''all'', %L, %L)', current_setting('test.series'),
  jsonb_build_object('starts_at', tests.day_at(16, '10:00')), tests.nth(current_setting('test.series')::uuid, 1)));
select is(tests.agenda(current_setting('test.series')::uuid), array['16 10:00', '23 10:00', '30 10:00'], 'the series has its own places');
select results_eq(
  'select w.status, h.starts_at from public.waitlist_entries w left join public.holds h on h.id = w.hold_id order by w.created_at, w.id',
  $$ values ('offered', tests.day_at(9, '10:00')), ('waiting', null) $$, 'and who waits is offered what it left'
);

select * from finish();
rollback;
