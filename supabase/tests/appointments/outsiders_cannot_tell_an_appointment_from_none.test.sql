begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
create temporary table commands as
select c || '(%L' || coalesce(', ' || more, '') || ')' as command
from (values ('get_appointment', null), ('update_appointment', '''mine'''), ('cancel_appointment', null), ('confirm_appointment', null),
  ('arrive_appointment', null), ('check_in_appointment', null), ('fulfil_appointment', null), ('mark_no_show', null),
  ('mark_entered_in_error', null), ('reschedule_appointment', '''2031-01-01 10:00Z''')) as x (c, more);
grant select on commands to anon, authenticated;

create function pg_temp.told() returns table (of_this jsonb, of_none jsonb)
language sql as $$
  select tests.refusal(format('select public.' || command, current_setting('test.id'))),
    tests.refusal(format('select public.' || command, '00000000-0000-4000-8000-000000000000')) from commands
$$;

select tests.authenticate_as('outsider');
select results_eq('select distinct of_this, of_none from pg_temp.told()',
  $$ values ('{"status": "PT404", "code": "not_found", "detail": {}}'::jsonb, '{"status": "PT404", "code": "not_found", "detail": {}}'::jsonb) $$,
  'the owner of another organization is told the same of both');
select tests.authenticate_as('neighbour');
select results_eq('select distinct of_this, of_none from pg_temp.told()',
  $$ values ('{"status": "PT404", "code": "not_found", "detail": {}}'::jsonb, '{"status": "PT404", "code": "not_found", "detail": {}}'::jsonb) $$,
  'so is another customer');
select tests.as_anon();
select is_empty('select * from pg_temp.told() where of_this <> of_none', 'and a guest');
select tests.clear_authentication();
select results_eq(
  'select status, version, notes from public.appointments', $$ values ('booked', 1::bigint, null::text) $$, 'nothing has changed'
);

select * from finish();
rollback;
