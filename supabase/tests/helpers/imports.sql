-- Imports as their office makes them: a list of cells, line by line from 2, as of a file with a header.

create schema if not exists tests;

create or replace function tests.stage(what text, rows jsonb, who text default 'desk', schedule text default 'Draft') returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  id uuid;
begin
  id := tests.value_as(who, format('select public.create_import(%L, %L, %L, %L) ->> %L', tests.organization_id('conference'), what,
    case when what not in ('venues', 'teams') then tests.schedule_id(schedule) end, tests.sport_id(), 'id'));
  perform tests.value_as(who, format('select public.stage_import_rows(%L, 1, %L, %L)', id, what,
    (select jsonb_agg(jsonb_build_object('line', r.place + 1) || r.value order by r.place) from jsonb_array_elements(rows) with ordinality r (value, place))));
  return id;
end;
$$;

-- The import, checked or applied.
create or replace function tests.import(what text, rows jsonb, verb text default 'check', who text default 'desk', schedule text default 'Draft') returns jsonb
language sql volatile
set search_path = ''
as $$ select tests.value_as(who, format('select public.%s_import(%L)', verb, tests.stage(what, rows, who, schedule)))::jsonb $$;

-- added, changed, unchanged, faults
create or replace function tests.tally(import jsonb) returns int[]
language sql immutable
set search_path = ''
as $$ select array[(import ->> 'added')::int, (import ->> 'changed')::int, (import ->> 'unchanged')::int, (import ->> 'faults')::int] $$;

-- line column code
create or replace function tests.problems(import jsonb) returns setof text
language sql immutable
set search_path = ''
as $$ select concat_ws(' ', p ->> 'line', p ->> 'column', p ->> 'code') from jsonb_array_elements(import -> 'problems') p $$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
