begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
select tests.create_queue(terms => '{"appointment_early_minutes": 15, "appointment_late_minutes": 10}');

create function pg_temp.appointment(ticket uuid, at_minutes int) returns void
language sql as $$
  update public.tickets set appointment_id = gen_random_uuid(), appointment_at = now() + make_interval(mins => at_minutes) where tickets.id = ticket
$$;
create function pg_temp.order_by(keys text) returns text
language plpgsql as $$
begin
  perform tests.value_as('owner', format('select public.update_queue(%L, %L)', tests.queue_id(), jsonb_build_object('order_by', keys::text[])));
  return tests.line_of();
end $$;

-- 001 walked in first, 002 second, 003 has priority, 004 and 005 have appointments in ten and five minutes.
select tests.join_queue(60), tests.join_queue(50), tests.join_queue(40, 3),
  pg_temp.appointment(tests.join_queue(30), 10), pg_temp.appointment(tests.join_queue(20), 5);

select is(pg_temp.order_by('{arrival}'), '001 002 003 004 005', 'by arrival alone');
select is(pg_temp.order_by('{priority,arrival}'), '003 001 002 004 005', 'priority before arrival');
select is(pg_temp.order_by('{appointment_time,arrival}'), '005 004 001 002 003', 'appointments by their time, then arrival');
select is(pg_temp.order_by('{appointment_time,priority,arrival}'), '005 004 003 001 002', 'all three');
select is(pg_temp.order_by('{priority,appointment_time,arrival}'), '003 005 004 001 002', 'priority first, as queues begin');
select is(pg_temp.order_by('{priority}'), '003 001 002 004 005', 'what the keys leave open, joining decides');

select pg_temp.order_by('{appointment_time,arrival}');
update public.tickets set appointment_at = now() + interval '16 minutes' where label = '004';
select is(tests.line_of(), '005 001 002 003 004', 'an appointment whose time has not come stands as a walk-in');
update public.tickets set appointment_at = ranked_at - interval '11 minutes' where label = '004';
select is(tests.line_of(), '005 001 002 003 004', 'so does one that came too late');
update public.tickets set appointment_at = ranked_at - interval '10 minutes' where label = '004';
select is(tests.line_of(), '004 005 001 002 003', 'and one just in time does not');

select is(
  tests.refusal(format('select pg_temp.order_by(%L)', '{arrival,arrival}')) ->> 'code', 'invalid_input', 'a key comes once'
);
select is(
  tests.refusal(format('select pg_temp.order_by(%L)', '{beauty}')) ->> 'status', '23514', 'and is one that is known'
);

select * from finish();
rollback;
