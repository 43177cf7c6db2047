begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann'], all_of => array['Room']);

select tests.as_anon();
select set_config('test.doc', public.book_appointment(tests.service_id('Consultation'), tests.day_at(2, '10:00'), notes => 'secret-note',
  guest => '{"name": "Secret-Name", "email": "secret-mail@x.co", "phone": "secret-phone"}')::text, true);
create function pg_temp.doc(key text) returns text language sql as $$ select current_setting('test.doc')::jsonb ->> key $$;
select public.reschedule_appointment(pg_temp.doc('id')::uuid, tests.day_at(2, '11:00'), manage_token => pg_temp.doc('manage_token'));
select public.update_appointment(pg_temp.doc('id')::uuid, 'secret-more', manage_token => pg_temp.doc('manage_token'));
select public.cancel_appointment(pg_temp.doc('id')::uuid, 'secret-reason', manage_token => pg_temp.doc('manage_token'));
select tests.clear_authentication();

select results_eq(
  $$ select type from core.events where aggregate_type = 'appointment' order by version $$,
  array['appointment.booked', 'appointment.rescheduled', 'appointment.updated', 'appointment.cancelled'], 'each command is an event'
);
select is_empty(
  $$
    select * from (
      select to_jsonb(e) - 'transaction_id' as said from core.events e
      union all select to_jsonb(m) from realtime.messages m
      union all select to_jsonb(a) from public.audit_entries a
    ) s where said::text ~* ('secret|manage_token|' || split_part(pg_temp.doc('manage_token'), '.', 2))
  $$,
  'neither the log, nor what is broadcast, nor the audit says who, why or how to get in'
);
select results_eq(
  $$ select action, actor_kind from public.audit_entries where subject_type = 'appointment' order by id $$,
  $$ values ('appointment.booked', 'guest'), ('appointment.rescheduled', 'guest'), ('appointment.updated', 'guest'), ('appointment.cancelled', 'guest') $$,
  'the audit has a row for each'
);

select * from finish();
rollback;
