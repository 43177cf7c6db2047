-- Looking into tables whose names a test finds out.

create schema if not exists tests;

create or replace function tests.has_rows(relation regclass) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  found_one boolean;
begin
  execute format('select exists (select from %s)', relation) into found_one;
  return found_one;
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
