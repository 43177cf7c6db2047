begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"slot_interval_minutes": 15}', any_of => array['Ann', 'Bob']);
select tests.offer_service('Surgery', '{"requires_approval": true, "duration_minutes": 60}', any_of => array['Ann', 'Bob'], all_of => array['Room']);

-- Whatever commands do and refuse, in an order that a seed decides.
select setseed(0.42);
do $$
declare
  ids uuid[] := '{}';
  command text;
  booked text;
begin
  perform set_config('request.jwt.claims', tests.claims_of('desk')::text, true);
  for step in 1..250 loop
    if step % 3 = 1 then
      begin
        booked := public.book_appointment(tests.service_id((array['Consultation', 'Surgery'])[1 + floor(random() * 2)::int]),
          tests.day_at(2 + floor(random() * 40)::int, make_time(9 + floor(random() * 8)::int, 0, 0)),
          customer_id => tests.get_supabase_uid('customer')) ->> 'id';
        ids := ids || booked::uuid;
      exception when sqlstate 'PT409' then null;
      end;
    else
      command := (array['confirm_appointment(%L)', 'arrive_appointment(%L)', 'check_in_appointment(%L)', 'fulfil_appointment(%L)',
        'cancel_appointment(%L)', 'mark_entered_in_error(%L)', 'update_appointment(%L, ''note'')',
        'reschedule_appointment(%L, ' || quote_literal(tests.day_at(2 + floor(random() * 70)::int, '11:00')) || ')'])[1 + floor(random() * 8)::int];
      perform tests.refusal(format('select public.' || command, ids[1 + floor(random() * cardinality(ids))::int]));
    end if;
  end loop;
  perform set_config('request.jwt.claims', '', true);
end $$;

select cmp_ok((select count(distinct status) from public.appointments), '>=', 5::bigint, 'appointments in many states');
select set_eq(
  'select * from appointments.replay(tests.organization_id())',
  'select id, version, status, starts_at, ends_at, resource_ids from public.appointments',
  'the log alone tells their state, version, time and people'
);
select set_eq(
  'select owner_id, resource_id, lower(during), upper(during) from calendar.claims',
  $$
    select id, r, starts_at, ends_at from public.appointments, unnest(resource_ids) r
    where status not in ('cancelled', 'no_show', 'entered_in_error')
  $$,
  'and the claims are those of the appointments that stand'
);
select is_empty(
  $$
    select e.aggregate_id from core.events e where e.aggregate_type = 'appointment'
    group by 1 having max(e.version) <> count(*) or count(distinct e.version) <> count(*)
  $$,
  'no version is missing or told twice'
);

select * from finish();
rollback;
