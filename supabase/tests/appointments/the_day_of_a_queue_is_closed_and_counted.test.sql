begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
select tests.create_queue();
select tests.join_queue(40), tests.join_queue(30), tests.join_queue(20), tests.join_queue(10), tests.join_queue(5);
create function pg_temp.id(wanted text) returns uuid language sql as $$ select t.id from public.tickets t where t.label = wanted $$;
select tests.call_next(1), tests.call_next(2), tests.call_next(3);
select tests.on_ticket('serve_ticket', pg_temp.id('001'));
update public.tickets set started_at = now() - interval '12 minutes' where label = '001';
select tests.on_ticket('finish_ticket', pg_temp.id('001')), tests.on_ticket('miss_ticket', pg_temp.id('002')),
  tests.on_ticket('serve_ticket', pg_temp.id('003')), tests.on_ticket('leave_queue', pg_temp.id('004'));

select appointments.refresh_queue_days();
select is(
  (select (joined, served, no_show, left_line, transferred)::text from public.queue_days), '(5,1,1,1,0)', 'a day is counted'
);
select is(
  (select (mean_wait_minutes, p50_wait_minutes, p80_wait_minutes, mean_service_minutes)::text from public.queue_days),
  '(30.00,30.00,36.00,12.00)', 'with its waits and services'
);
select is(
  (select array_agg(s.mean) from appointments.service_times s), array[12, 12]::double precision[], 'what was served is learnt, of the type and of who served'
);

select is(appointments.refresh_boards(), 1, 'each minute the board is told anew');
update public.tickets set day = day - 1, entered_at = entered_at - interval '1 day';
update public.queues set numbered_on = numbered_on - 1;
select appointments.refresh_boards();
select is(tests.line_of(), null, 'after midnight nobody of yesterday waits');
select is((select status || ' ' || reason from public.tickets where label = '005'), 'left day closed', 'they have left, for that reason');
select is((select status || ' ' || reason from public.tickets where label = '003'), 'done day closed', 'who was being served is done');
select is((select sum(s.observations) from appointments.service_times s), 2::bigint, 'which teaches nothing');
select tests.join_queue();
select is((select label from public.tickets where status = 'waiting'), '001', 'numbers begin anew');

select tests.authenticate_as('viewer');
select is((select count(*) from public.queue_days), 1::bigint, 'figures are for who may read them');
select tests.authenticate_as('outsider');
select is((select count(*) from public.queue_days), 0::bigint, 'of their own organization');

select * from finish();
rollback;
