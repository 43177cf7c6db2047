begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.create_queue(counters => 1);
create function pg_temp.learnt() returns appointments.queue_learning
language sql as $$ select l from appointments.queue_learning l $$;
create function pg_temp.ticket(wanted text) returns public.tickets
language sql as $$ select t from public.tickets t where t.label = wanted $$;

select tests.join_queue(), tests.call_next(), tests.on_ticket('serve_ticket', (pg_temp.ticket('001')).id);
select tests.join_queue(), tests.join_queue(), tests.join_queue();
select is((pg_temp.ticket('002')).promised_model, 10::double precision, 'the first behind one service is promised one service');
select is((pg_temp.ticket('004')).promised_model, 30::double precision, 'the third three');
select ok((pg_temp.ticket('004')).promised_p50 < (pg_temp.ticket('004')).promised_p80, 'as P50 and P80');

update public.tickets set entered_at = now() - interval '12 minutes';
select tests.on_ticket('finish_ticket', (pg_temp.ticket('001')).id), tests.call_next();
select is(
  ((pg_temp.learnt()).waits, round((pg_temp.learnt()).last_wait::numeric, 1))::text, '(1,12.0)', 'a call ends a wait, which is learnt from'
);
select is((pg_temp.learnt()).log_p50 > 0, true, 'it was longer than told');
select tests.on_ticket('miss_ticket', (pg_temp.ticket('002')).id), tests.on_ticket('leave_queue', (pg_temp.ticket('003')).id);
select is(round((pg_temp.learnt()).leavers::numeric, 2), 2.00, 'who does not come and who leaves are learnt as leaving');

update public.queue_counters set status = 'closed';
select tests.join_queue();
select is((pg_temp.ticket('005')).promised_p50, null, 'without a counter nothing is promised');
select is(public.get_queue_board(tests.queue_id()) #> '{line,0,p50_minutes}', 'null', 'and the board says so');

select * from finish();
rollback;
