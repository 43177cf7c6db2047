begin;
set local search_path = extensions;
select plan(10);

select tests.create_clinic();
select tests.offer_service('Strict', '{"reschedule_notice_minutes": 4320}', any_of => array['Ann']);
select set_config('test.id', tests.book('Strict', tests.day_at(2, '10:00'))::text, true);
select tests.value_as('customer', format('select public.update_appointment(%L, %L)', current_setting('test.id'), 'secret-note'));
select tests.value_as('desk', format('select public.reschedule_appointment(%L, %L, reason => %L)',
  current_setting('test.id'), tests.day_at(2, '12:00'), 'secret-illness'));
select tests.value_as('desk', format('select public.reschedule_appointment(%L, %L, reason => %L)',
  current_setting('test.id'), tests.day_at(2, '13:00'), 'again'));
select tests.value_as('ann', format('select public.cancel_appointment(%L, %L)', current_setting('test.id'), 'secret-power-cut'));
update public.profiles set display_name = 'Dora Desk' where id = tests.get_supabase_uid('desk');

create function pg_temp.history() returns table (line text, name text, reason text)
language sql as $$
  select concat_ws(' ', h.action, h.actor, h.previous_status, h.status, h.starts_at - h.previous_starts_at, h.reason_given), h.actor_name, h.reason
  from public.appointment_history(current_setting('test.id')::uuid) h
$$;
prepare lines as select line from pg_temp.history();
create temporary table story (line text);
insert into story values ('appointment.booked customer booked f'), ('appointment.updated customer booked booked 00:00:00 f'),
  ('appointment.rescheduled user booked booked 02:00:00 t'), ('appointment.rescheduled user booked booked 01:00:00 t'),
  ('appointment.cancelled user booked cancelled 00:00:00 t');
grant select on story to authenticated;

select tests.authenticate_as('customer');
select results_eq('lines', 'select line from story', 'the customer sees all that happened, in its order');
select is_empty('select * from pg_temp.history() where name is not null or reason is not null', 'but neither who it was nor why');
select tests.authenticate_as('viewer');
select results_eq('lines', 'select line from story', 'a member who may read appointments sees the same');
select results_eq(
  'select reason from pg_temp.history()', $$ values (null), (null), ('secret-illness'), ('again'), ('secret-power-cut') $$, 'and why'
);
select is((select array_agg(name) from pg_temp.history() where line like '%rescheduled%'), array['Dora Desk', 'Dora Desk'], 'and who');

select tests.authenticate_as('outsider');
select is(tests.refusal('select pg_temp.history()'), '{"status": "PT404", "code": "not_found", "detail": {}}', 'to an outsider it does not exist');
select tests.authenticate_as('neighbour');
select is(tests.refusal('select pg_temp.history()') ->> 'code', 'not_found', 'nor to another customer');
select tests.as_anon();
select is(tests.refusal('select pg_temp.history()') ->> 'code', 'not_found', 'nor to a guest');
select tests.clear_authentication();
select is_empty($$ select from public.audit_entries a where a::text like '%secret-%' $$, 'the log that nobody can erase holds no reason');

select is(
  tests.value_as('desk', format($$ select tests.refusal(format('select public.reschedule_appointment(%%L, %%L, reason => %%L)', %L::uuid, now(), repeat('x', 1001))) $$,
    tests.book('Strict', tests.day_at(2, '10:00'))))::jsonb -> 'detail',
  '{"field": "reason"}', 'a reason has its length'
);

select * from finish();
rollback;
