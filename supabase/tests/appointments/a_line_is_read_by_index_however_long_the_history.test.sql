begin;
set local search_path = extensions;
-- As hosted projects have it; the default is for spinning disks.
set local random_page_cost = 1.1;
select plan(7);

select tests.create_clinic();
select tests.create_queue();
insert into public.tickets (organization_id, queue_id, ticket_type_id, issued_by, day, number, label, status, joined_at, updated_at)
select tests.organization_id(), tests.queue_id(), tests.type_id(), tests.queue_id(), date '2026-01-01' + n / 100, n % 100, n::text, 'waiting',
  now() - n * interval '5 minutes', now() - n * interval '5 minutes'
from generate_series(1, 20000) n;
update public.tickets set status = 'left', ended_at = now() where number <> 7 or day <> date '2026-01-01';
analyze public.tickets;

create function pg_temp.plan_of(query text) returns text
language plpgsql as $$
declare
  line text;
  plan text := '';
begin
  for line in execute 'explain (costs off) ' || query loop
    plan := plan || line || chr(10);
  end loop;
  return plan;
end $$;
create temporary table queries (name text, query text);
insert into queries values
  ('the line', format('select * from public.tickets where queue_id = %L and status = %L', tests.queue_id(), 'waiting')),
  ('who is at a counter', format('select * from public.tickets where counter_id = %L and status in (%L, %L)', tests.counter_id(), 'called', 'serving')),
  ('the ticket of an appointment', format('select * from public.tickets where appointment_id = %L', gen_random_uuid())),
  ('a day of the queue', format('select * from public.tickets where queue_id = %L and day = %L', tests.queue_id(), '2026-01-05')),
  ('what has changed lately', 'select distinct queue_id, day from public.tickets where updated_at > now() - interval ''20 minutes'''),
  ('a customer''s tickets', format('select * from public.tickets where customer_id = %L order by joined_at desc limit 20', gen_random_uuid())),
  ('an organization''s latest', format('select * from public.tickets where organization_id = %L order by joined_at desc limit 50', tests.organization_id()));
select doesnt_match(pg_temp.plan_of(query), 'Seq Scan', name) from queries;

select * from finish();
rollback;
