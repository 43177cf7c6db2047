begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann', 'Bob']);

create function pg_temp.move_after(command text, at time) returns jsonb
language plpgsql as $$
declare
  booked uuid := tests.book('Consultation', tests.day_at(2, at));
begin
  if command is not null then
    perform tests.value_as('desk', format('select public.%I(%L)', command, booked));
  end if;
  return tests.refusal(format('select tests.value_as(%L, %L)', 'desk',
    format('select public.reschedule_appointment(%L, %L, %L)', booked, tests.day_at(2, '16:00'), tests.resource_id('Bob'))));
end $$;

select results_eq(
  $$
    select pg_temp.move_after(c, make_time(9 + n::int, 0, 0)) -> 'detail' from unnest(array['arrive_appointment', 'check_in_appointment',
      'fulfil_appointment', 'cancel_appointment', 'mark_entered_in_error']) with ordinality as x(c, n)
  $$,
  $$
    select jsonb_build_object('from', s, 'to', 'rescheduled') from unnest(array['arrived', 'checked_in', 'fulfilled', 'cancelled', 'entered_in_error']) s
  $$,
  'only what is pending or booked can be moved'
);
select is((select count(*) from core.events where type = 'appointment.rescheduled'), 0::bigint, 'nothing was');
select is(pg_temp.move_after(null, '15:00'), null, 'what is booked can, to someone else too');
select results_eq(
  $$ select resource_ids from public.appointments where status = 'booked' $$, $$ select array[tests.resource_id('Bob')] $$, 'who then serves'
);
select is(
  tests.refusal(format('select tests.value_as(%L, %L)', 'desk', (select format('select public.reschedule_appointment(%L, %L, %L)', id,
    tests.day_at(2, '12:00'), tests.resource_id('Room')) from public.appointments where status = 'booked'))) ->> 'code',
  'slot_not_offered', 'not to what does not serve it'
);

select * from finish();
rollback;
