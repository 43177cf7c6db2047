-- Places, and appointments that have taken place.

create schema if not exists tests;

create or replace function tests.create_location(
  name text, latitude double precision default null, longitude double precision default null, slug text default 'clinic',
  time_zone text default 'Europe/Berlin'
) returns uuid
language sql volatile
set search_path = ''
as $$
  select tests.value_as(null, format('select public.create_location(%L, %L, %L, null, %L, %L) ->> %L',
    tests.organization_id(slug), name, time_zone, latitude, longitude, 'id'))::uuid
$$;

create or replace function tests.location_id(name text) returns uuid
language sql stable security definer
set search_path = ''
as $$ select l.id from public.locations l where l.name = location_id.name $$;

-- Books for a user, or as a guest, and fulfils the appointment; its time is moved to so many days ago.
create or replace function tests.fulfilled(service text, starts_at timestamptz, customer text default 'customer', days_ago int default 1)
returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  guest jsonb := case when customer is null then '{"name": "Gus", "email": "gus@example.com"}'::jsonb end;
  appointment_id uuid := tests.value_as(null, format('select public.book_appointment(%L, %L, customer_id => %L, guest => %L) ->> %L',
    tests.service_id(service), starts_at, case when customer is not null then tests.get_supabase_uid(customer) end, guest, 'id'));
begin
  perform tests.value_as(null, format('select public.fulfil_appointment(%L)', appointment_id));
  update public.appointments a set starts_at = now() - make_interval(days => days_ago, mins => 30), ends_at = now() - make_interval(days => days_ago)
  where a.id = appointment_id;
  return appointment_id;
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
