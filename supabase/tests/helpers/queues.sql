-- A queue at the clinic of clinics.sql: two types, three counters, the first of them Ann's.

create schema if not exists tests;

-- A zone in which it is noon, so that an hour from now is the same day whenever the tests run.
create or replace function tests.noon_zone() returns text
language sql stable
set search_path = ''
as $$ select format('Etc/GMT%s', to_char(extract(hour from now() at time zone 'UTC')::int - 12, 'SGFM99')) $$;

create or replace function tests.create_queue(name text default 'Walk-in', terms jsonb default '{}', counters int default 3) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  made uuid := tests.value_as(null, format('select public.create_queue(%L, %L) ->> %L', tests.organization_id(),
    jsonb_build_object('name', name) || terms, 'id'));
begin
  perform tests.value_as(null, format('select public.save_ticket_type(%L, %L)', made, jsonb_build_object('name', t, 'expected_minutes', 10)))
  from unnest(array['General', 'Blood test']) t;
  perform tests.value_as(null, format('select public.save_queue_counter(%L, %L)', made, jsonb_build_object('name', 'Counter ' || n,
    'resource_id', case when n = 1 then tests.resource_id('Ann') end))) from generate_series(1, counters) n;
  perform tests.value_as(null, format('select public.operate_queue(%L, %L, %L)', made, 'open_counter', c.id))
  from public.queue_counters c where c.queue_id = made order by c.name;
  return made;
end;
$$;

create or replace function tests.queue_id(name text default 'Walk-in') returns uuid
language sql stable security definer
set search_path = ''
as $$ select q.id from public.queues q where q.name = queue_id.name $$;

create or replace function tests.type_id(name text default 'General', queue text default 'Walk-in') returns uuid
language sql stable security definer
set search_path = ''
as $$ select y.id from public.ticket_types y where y.name = type_id.name and y.queue_id = tests.queue_id(queue) $$;

create or replace function tests.counter_id(n int default 1, queue text default 'Walk-in') returns uuid
language sql stable security definer
set search_path = ''
as $$ select c.id from public.queue_counters c where c.name = 'Counter ' || n and c.queue_id = tests.queue_id(queue) $$;

-- Someone takes a ticket at the desk, so many minutes ago; tells its id.
create or replace function tests.join_queue(
  ago int default 0, priority int default 0, type text default 'General', queue text default 'Walk-in'
) returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  made uuid := tests.value_as(null, format('select public.join_queue(%L, %L, %L) ->> %L', tests.queue_id(queue), tests.type_id(type, queue),
    priority, 'id'));
begin
  update public.tickets t set joined_at = now() - make_interval(mins => ago), entered_at = now() - make_interval(mins => ago),
    ranked_at = now() - make_interval(mins => ago) where t.id = made;
  return made;
end;
$$;

create or replace function tests.call_next(n int default 1, queue text default 'Walk-in') returns uuid
language sql volatile
set search_path = ''
as $$
  select tests.value_as(null, format('select public.call_next(%L, %L) #>> %L', tests.queue_id(queue), tests.counter_id(n, queue), '{ticket,id}'))::uuid
$$;

-- Calls one of the commands on a ticket as a secret key; tells the ticket's status.
create or replace function tests.on_ticket(command text, id uuid) returns text
language sql volatile
set search_path = ''
as $$ select tests.value_as(null, format('select public.%I(%L) ->> %L', command, id, 'status')) $$;

-- The labels of those who wait, in order.
create or replace function tests.line_of(queue text default 'Walk-in') returns text
language sql stable security definer
set search_path = ''
as $$ select string_agg(t.label, ' ') from public.queues q, appointments.line(q) t where q.name = line_of.queue $$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
