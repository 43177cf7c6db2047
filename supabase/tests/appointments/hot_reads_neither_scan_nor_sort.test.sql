begin;
set local search_path = extensions;
-- As hosted projects have it; the default is for spinning disks.
set local random_page_cost = 1.1;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
insert into public.appointments (organization_id, service_id, starts_at, ends_at, status, customer_id, resource_ids, policy)
select (array[tests.organization_id(), tests.organization_id('bank')])[1 + n % 2], tests.service_id('Consultation'), at, at + interval '30 minutes',
  'booked', case when n % 500 = 0 then tests.get_supabase_uid('customer') else gen_random_uuid() end, array[gen_random_uuid()], '{}'
from generate_series(1, 20000) n, lateral (select date_trunc('month', now()) + n * interval '8 minutes' as at) t;
analyze public.appointments;

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
  ('the day of an organization', format('select * from public.appointments where organization_id = %L and starts_at >= %L and starts_at < %L
    order by starts_at, id limit 100', tests.organization_id(), now() + interval '10 days', now() + interval '11 days')),
  ('the next page of it', format('select * from public.appointments where organization_id = %L and starts_at >= %L and starts_at < %L
    and (starts_at, id) > (%L, %L) order by starts_at, id limit 100',
    tests.organization_id(), now() + interval '10 days', now() + interval '40 days', now() + interval '10 days 2 hours', gen_random_uuid())),
  ('a customer''s appointments', format('select * from public.appointments where customer_id = %L and starts_at >= %L order by starts_at limit 20',
    tests.get_supabase_uid('customer'), now())),
  ('an appointment by its id', format('select * from public.appointments where id = %L', gen_random_uuid()));
grant select on queries to authenticated;

-- Four months full, the default partition empty: nothing is lost by reading that one whole.
select doesnt_match(pg_temp.plan_of(query), 'Seq Scan on appointments_2|-> +Sort', name) from queries;
-- As clients read: row level security adds its conditions, and must not cost the index.
select tests.authenticate_as('viewer');
select doesnt_match(pg_temp.plan_of(query), 'Seq Scan on appointments_2|-> +Sort', name || ', as a member') from queries where name not like '%customer%';
select tests.authenticate_as('customer');
select doesnt_match(pg_temp.plan_of(query), 'Seq Scan on appointments_2|-> +Sort', name || ', as the customer') from queries where name like '%customer%';

select * from finish();
rollback;
