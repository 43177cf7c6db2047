-- A clinic to book at: staff, a room, its desk, customers, and a bank next door whose owner has no business there.

create schema if not exists tests;

-- Runs a statement with a user's claims (null: a secret key's) but without their role; for preparing what a test needs.
create or replace function tests.value_as(identifier text, statement text) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  before text := current_setting('request.jwt.claims', true);
  result text;
begin
  perform set_config('request.jwt.claims',
    case when identifier is null then '{"role": "service_role"}' else tests.claims_of(identifier)::text end, true);
  execute statement into result;
  perform set_config('request.jwt.claims', coalesce(before, ''), true);
  return result;
end;
$$;

-- Open each day from 9 to 17 in Berlin, unless told otherwise.
create or replace function tests.create_resource(
  name text,
  kind text default 'staff',
  opens text default '09:00',
  closes text default '17:00',
  capacity int default 1,
  account text default null,
  slug text default 'clinic'
) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  id uuid := tests.value_as(null, format('select public.create_resource(%L, %L, %L, %L, %L, %L) ->> %L',
    tests.organization_id(slug), kind, name, 'Europe/Berlin', capacity,
    case when account is not null then tests.get_supabase_uid(account) end, 'id'));
begin
  perform tests.value_as(null, format('select public.set_weekly_hours(%L, %L)', id,
    (select jsonb_agg(jsonb_build_object('weekday', d, 'opens', opens, 'closes', closes)) from generate_series(1, 7) d)));
  return id;
end;
$$;

create or replace function tests.resource_id(name text) returns uuid
language sql stable security definer
set search_path = ''
as $$ select r.id from public.resources r where r.name = resource_id.name $$;

create or replace function tests.service_id(name text) returns uuid
language sql stable security definer
set search_path = ''
as $$ select s.id from public.services s where s.name = service_id.name $$;

-- Half an hour, unless the terms say otherwise; with any one of some resources and all of others.
create or replace function tests.offer_service(
  name text,
  terms jsonb default '{}',
  any_of text[] default null,
  all_of text[] default null,
  slug text default 'clinic'
) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  id uuid := tests.value_as(null, format('select public.create_service(%L, %L) ->> %L',
    tests.organization_id(slug), jsonb_build_object('name', name, 'duration_minutes', 30) || terms, 'id'));
begin
  perform tests.value_as(null, format('select public.set_service_groups(%L, %L)', id, (
    select coalesce(jsonb_agg(jsonb_build_object('name', g.rule || '_group', 'rule', g.rule,
      'resource_ids', (select jsonb_agg(tests.resource_id(n) order by place) from unnest(g.names) with ordinality as m(n, place)))), '[]')
    from (values ('any', any_of), ('all', all_of)) as g(rule, names) where g.names is not null)));
  return id;
end;
$$;

-- A time of day in Berlin, so many days from today.
create or replace function tests.day_at(days int, time_of_day time) returns timestamptz
language sql stable
set search_path = ''
as $$ select ((now() at time zone 'Europe/Berlin')::date + days + time_of_day) at time zone 'Europe/Berlin' $$;

-- Books for a user, and tells the appointment's id.
create or replace function tests.book(service text, starts_at timestamptz, customer text default 'customer') returns uuid
language sql volatile
set search_path = ''
as $$
  select tests.value_as(customer, format('select public.book_appointment(%L, %L) ->> %L', tests.service_id(service), starts_at, 'id'))::uuid
$$;

-- Holds a slot for a user, and tells the hold's id.
create or replace function tests.hold(service text, starts_at timestamptz, customer text default 'customer', party int default 1) returns uuid
language sql volatile
set search_path = ''
as $$
  select tests.value_as(customer, format('select public.place_hold(%L, %L, party_size => %s) ->> %L', tests.service_id(service), starts_at, party, 'id'))::uuid
$$;

-- Waits as a user for a start within the four hours from one on, and tells the entry's id.
create or replace function tests.wait_for(
  service text, starts_at timestamptz, customer text default 'customer', party int default 1, resource text default null) returns uuid
language sql volatile
set search_path = ''
as $$
  select tests.value_as(customer, format('select public.join_waitlist(%L, %L, %L, %L, %s) ->> %L', tests.service_id(service), starts_at,
    starts_at + interval '4 hours', tests.resource_id(resource), party, 'id'))::uuid
$$;

-- Whether a start is listed for a stranger.
create or replace function tests.is_offered(service text, starts_at timestamptz, party int default 1) returns boolean
language sql volatile
set search_path = ''
as $$
  select tests.value_as('outsider', format('select count(*) = 1 from public.available_slots(%L, %L, %L, party_size => %s)',
    tests.service_id(service), starts_at, starts_at + interval '1 second', party))::boolean
$$;

-- The time of all holds and requests is over, as if they had been made long ago; no job has run yet.
create or replace function tests.let_time_pass() returns void
language sql volatile security definer
set search_path = ''
as $$
  update public.holds set expires_at = now() - interval '1 second' where status = 'held';
  update public.appointments set expires_at = now() - interval '1 second' where status = 'pending';
  update calendar.claims set expires_at = now() - interval '1 second' where expires_at is not null;
$$;

-- What a statement is refused with: {status, code, detail}; null when it is not.
create or replace function tests.refusal(statement text) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
declare
  code text;
  detail text;
begin
  execute statement;
  return null;
exception when others then
  get stacked diagnostics code = message_text, detail = pg_exception_detail;
  return jsonb_build_object('status', sqlstate, 'code', code,
    'detail', case when sqlstate like 'PT%' then coalesce(nullif(detail, ''), '{}')::jsonb else to_jsonb(detail) end);
end;
$$;

create or replace function tests.create_clinic() returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  id uuid := tests.create_organization('clinic', 'owner');
begin
  perform tests.create_organization('bank', 'outsider');
  perform tests.create_member('desk', 'scheduler'), tests.create_member('viewer', 'viewer');
  perform tests.create_member('ann', 'staff'), tests.create_member('bob', 'staff');
  perform tests.create_supabase_user('customer'), tests.create_supabase_user('neighbour');
  perform tests.create_resource('Ann', account => 'ann'), tests.create_resource('Bob', account => 'bob');
  perform tests.create_resource('Room', 'room');
  return id;
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
