begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
update public.organizations set time_zone = tests.noon_zone();
select tests.create_queue();
create function pg_temp.day_starts(hours_ago int) returns void
language sql as $$
  select tests.value_as('owner', format('select public.update_queue(%L, %L)', tests.queue_id(), jsonb_build_object(
    'day_starts_at', to_char((now() at time zone tests.noon_zone()) - make_interval(hours => hours_ago), 'HH24:MI'))))
$$;

select pg_temp.day_starts(1);
select tests.join_queue(), tests.join_queue();
select pg_temp.day_starts(-1);
select tests.join_queue();
select pg_temp.day_starts(1);
select is(tests.refusal('select tests.join_queue()'), null, 'a day that was left and comes back is joined');
select is((select max(label) from public.tickets where day = (select appointments.today(q) from public.queues q)), '003', 'with the next of its numbers');
select pg_temp.day_starts(-1);
select tests.join_queue();
select is((select array_agg(label order by number) from public.tickets where day < (now() at time zone tests.noon_zone() - interval '1 hour')::date), array['001', '002'], 'so does the other');

select * from finish();
rollback;
