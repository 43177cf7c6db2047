begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);

-- An appointment in a state, of a moment ago, and the answer to a command on it.
create function pg_temp.attempt(state text, command text) returns text
language plpgsql as $$
declare
  target uuid := core.uuid_v7();
  refusal jsonb;
begin
  insert into public.appointments (id, organization_id, service_id, starts_at, ends_at, status, previous_status, expires_at, customer_id, resource_ids, policy)
  values (target, tests.organization_id(), tests.service_id('Consultation'), now() - interval '1 minute', now() + interval '29 minutes',
    state, case state when 'arrived' then 'booked' when 'checked_in' then 'booked' when 'fulfilled' then 'booked'
      when 'no_show' then 'booked' when 'cancelled' then 'booked' when 'entered_in_error' then 'booked' end,
    case state when 'pending' then now() + interval '1 hour' end, tests.get_supabase_uid('customer'), array[tests.resource_id('Ann')], '{"duration_minutes": 30}');
  insert into calendar.claims (resource_id, seat, during, kind, owner_id)
  select tests.resource_id('Ann'), count(*) + 1, tstzrange(now(), now() + interval '29 minutes'), 'appointment', target from calendar.claims;
  perform core.append_event(tests.organization_id(), 'appointment', target, 'appointment.booked', '{}', 0);
  refusal := tests.refusal(format('select public.%I(%L%s)', command, target, case command when 'cancel_appointment' then ', ''ill''' end));
  if refusal is null then
    return (select a.status from public.appointments a where a.id = target and a.previous_status = state and a.version = 2);
  end if;
  return case when refusal #>> '{detail,from}' = state then refusal ->> 'code' else refusal::text end;
end $$;

create temporary table commands (command text, becomes text);
insert into commands values ('confirm_appointment', 'booked'), ('arrive_appointment', 'arrived'), ('check_in_appointment', 'checked_in'),
  ('fulfil_appointment', 'fulfilled'), ('mark_no_show', 'no_show'), ('cancel_appointment', 'cancelled'), ('mark_entered_in_error', 'entered_in_error');
create temporary table allowed (state text, becomes text[]);
insert into allowed values
  ('pending', '{booked,cancelled,entered_in_error}'), ('waitlisted', '{booked,cancelled,entered_in_error}'),
  ('booked', '{arrived,checked_in,fulfilled,no_show,cancelled,entered_in_error}'),
  ('arrived', '{checked_in,fulfilled,no_show,cancelled,entered_in_error}'), ('checked_in', '{fulfilled,cancelled,entered_in_error}'),
  ('fulfilled', '{entered_in_error}'), ('no_show', '{entered_in_error}'), ('cancelled', '{entered_in_error}'), ('entered_in_error', '{}');

select set_config('request.jwt.claims', tests.claims_of('desk')::text, true);
create temporary table answers as
select a.state, c.command, c.becomes, c.becomes = any (a.becomes) as allowed, pg_temp.attempt(a.state, c.command) as answer
from allowed a, commands c;

select is((select count(*) from answers), 63::bigint, 'every command in every state');
select is_empty('select state, command, answer from answers where allowed and answer is distinct from becomes', 'what is allowed happens');
select is_empty(
  $$ select state, command, answer from answers where not allowed and answer is distinct from 'invalid_transition' $$,
  'what is not is refused with from and to'
);
select is((select count(*) from answers where allowed), 23::bigint, 'twenty-three moves are allowed');
select throws_ok($$ update public.appointments set status = 'lost' $$, '23514', null, 'there are no other states');
select throws_ok(
  $$ update public.appointments set status = 'booked' where status = 'fulfilled' $$, '23514', null, 'and no way round the table''s constraint'
);

select * from finish();
rollback;
