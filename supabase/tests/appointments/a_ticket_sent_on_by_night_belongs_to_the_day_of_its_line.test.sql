begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
update public.organizations set time_zone = tests.noon_zone();
select tests.create_queue();
select tests.create_queue('Night', jsonb_build_object('prefix', 'N',
  'day_starts_at', to_char((now() at time zone tests.noon_zone()) + interval '1 hour', 'HH24:MI')));
select tests.value_as('owner', format('select public.update_queue(%L, %L)', tests.queue_id(), jsonb_build_object(
  'day_starts_at', to_char((now() at time zone tests.noon_zone()) - interval '1 hour', 'HH24:MI'))));

-- Yesterday's number of a queue whose day has an hour to go is sent to one whose day has begun.
select set_config('test.a', tests.join_queue(type => 'General', queue => 'Night')::text, true);
select tests.value_as('desk', format('select public.transfer_ticket(%L, %L, %L)', current_setting('test.a'), tests.queue_id(), tests.type_id()));
select cmp_ok((select t.day from public.tickets t), '<', (select appointments.today(q) from public.queues q where q.name = 'Walk-in'), 'its number is of the day before');
select appointments.refresh_boards();
select is(tests.line_of(), 'N001', 'it stays in line');
update public.tickets set entered_at = now() - interval '25 hours', ranked_at = now() - interval '25 hours';
select appointments.refresh_boards();
select is(tests.line_of(), null, 'until the day of that line is over');

select * from finish();
rollback;
