begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select tests.book('Consultation', tests.day_at(16, '10:00'), 'neighbour');
select tests.authenticate_as('customer');
select set_config('test.series', public.book_series(tests.service_id('Consultation'), 'FREQ=WEEKLY;COUNT=3', 'Europe/Berlin',
  tests.weekly(2, '10:00', 3), notes => 'Zebrafinch', on_conflict => 'skip') ->> 'id', true);
select public.change_series(current_setting('test.series')::uuid, 'following', jsonb_build_object('starts_at', tests.day_at(9, '11:00'), 'notes', 'Zebrafinch'),
  tests.nth(current_setting('test.series')::uuid, 2));
select public.cancel_series(current_setting('test.series')::uuid, reason => 'Zebrafinch');
select tests.clear_authentication();

select results_eq(
  $$
    select e.version, e.type, e.data ->> 'scope', e.data ->> 'booked', e.data ->> 'skipped', jsonb_array_length(e.data -> 'appointment_ids')
    from core.events e where e.aggregate_type = 'series' order by 1
  $$,
  $$
    values (1::bigint, 'series.booked', null, '2', '1', null), (2, 'series.changed', 'following', null, '0', 1), (3, 'series.cancelled', 'all', null, '0', 2)
  $$, 'each command has its event, in the versions of the series'
);
select results_eq(
  $$
    select e.type, count(*) from core.events e
    where e.aggregate_type = 'appointment' and e.aggregate_id in (select a.id from public.appointments a where a.series_id is not null) group by 1 order by 1
  $$,
  $$ values ('appointment.booked', 2::bigint), ('appointment.cancelled', 2), ('appointment.rescheduled', 1) $$, 'beside those of its appointments'
);
select is_empty(
  format('select from core.events e where e.data::text ~ ''Zebrafinch|%s''', tests.get_supabase_uid('customer')), 'nothing personal in any'
);
select results_eq(
  $$ select a.action, a.actor_id from public.audit_entries a where a.subject_type = 'series' order by a.id $$,
  format($$ values ('series.booked', %1$L::uuid), ('series.changed', %1$L), ('series.cancelled', %1$L) $$, tests.get_supabase_uid('customer')),
  'the audit knows who'
);
select is(tests.refusal(format('select tests.value_as(%L, %L)', 'customer', format('select public.cancel_series(%L, expected_version => 2)',
  current_setting('test.series')))) ->> 'code', 'version_conflict', 'who has seen an older version changes nothing');

select * from finish();
rollback;
