-- Series of half-hours: booked, changed and cancelled for a user, and what became of their appointments.

create schema if not exists tests;

-- So many weekly starts from a day at a time of day in Berlin.
create or replace function tests.weekly(days int, time_of_day time, times int) returns timestamptz[]
language sql stable
set search_path = ''
as $$ select array(select tests.day_at(days + 7 * n, time_of_day) from generate_series(0, times - 1) n) $$;

-- The command that books a service at these starts; `more` are further arguments.
create or replace function tests.book_series_command(service text, occurrences timestamptz[], more text default '') returns text
language sql stable
set search_path = ''
as $$
  select format('select public.book_series(%L, %L, %L, %L::timestamptz[]%s)', tests.service_id(service),
    'FREQ=WEEKLY;COUNT=' || cardinality(occurrences), 'Europe/Berlin', occurrences, more)
$$;

-- Books a series for a user, and tells its id.
create or replace function tests.book_series(service text, occurrences timestamptz[], customer text default 'customer') returns uuid
language sql volatile
set search_path = ''
as $$ select (tests.value_as(customer, tests.book_series_command(service, occurrences))::jsonb ->> 'id')::uuid $$;

-- The nth appointment of a series, by start.
create or replace function tests.nth(series_id uuid, n int) returns uuid
language sql stable security definer
set search_path = ''
as $$ select a.id from public.appointments a where a.series_id = nth.series_id order by a.starts_at, a.id limit 1 offset n - 1 $$;

-- When the appointments of a series are, by the clock on the wall in Berlin, with their state where it is not booked.
create or replace function tests.agenda(series_id uuid) returns text[]
language sql stable security definer
set search_path = ''
as $$
  select array_agg(((a.starts_at at time zone 'Europe/Berlin')::date - (now() at time zone 'Europe/Berlin')::date)
    || to_char(a.starts_at at time zone 'Europe/Berlin', ' HH24:MI') || coalesce(' ' || nullif(a.status, 'booked'), '') order by a.starts_at, a.id)
  from public.appointments a where a.series_id = agenda.series_id
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
