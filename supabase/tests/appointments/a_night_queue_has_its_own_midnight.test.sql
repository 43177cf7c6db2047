begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.create_queue();
create function pg_temp.day_starts(hours_ago int) returns date
language plpgsql as $$
begin
  perform tests.value_as('owner', format('select public.update_queue(%L, %L)', tests.queue_id(), jsonb_build_object(
    'day_starts_at', to_char((now() at time zone 'Europe/Berlin') - make_interval(hours => hours_ago), 'HH24:MI'))));
  return appointments.today(q) from public.queues q;
end $$;

select is(pg_temp.day_starts(1), (now() at time zone 'Europe/Berlin' - interval '1 hour')::date, 'its day began an hour ago');
select tests.join_queue();
select appointments.refresh_boards();
select is(tests.line_of(), '001', 'who came in it waits');
update public.tickets set day = day - 1;
select is(pg_temp.day_starts(-1), (now() at time zone 'Europe/Berlin' - interval '23 hours')::date, 'a day that ends in an hour began yesterday');
update public.tickets set day = (select appointments.today(q) from public.queues q);
select appointments.refresh_boards();
select is(tests.line_of(), '001', 'midnight alone sends nobody away');

select * from finish();
rollback;
