-- While tests run, no command appends an event that does not fit its schema in the catalogue. What a test appends by
-- itself may be made up.

create schema if not exists tests;

create or replace function tests.fits_the_catalogue() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  declared public.event_types;
  faults jsonb;
  callers text;
begin
  get diagnostics callers = pg_context;
  if callers !~ 'PL/pgSQL function (?!core\.append_event|core\.attach_month|pg_temp|tests\.)' then
    return new;
  end if;
  select t.* into declared from public.event_types t
  where t.organization_id is null and t.type = new.type and t.version = new.type_version;
  if declared.id is null then
    return new;
  end if;
  faults := core.schema_faults_at(declared.schema, declared.schema || '{"additionalProperties": false}', new.data, 0);
  if faults is not null or declared.aggregate_type <> new.aggregate_type then
    raise exception 'event % of % does not fit the catalogue: % in %', new.type, new.aggregate_type, faults, new.data;
  end if;
  return new;
end;
$$;

create or replace trigger fits_the_catalogue before insert on core.events
  for each row execute function tests.fits_the_catalogue();

grant execute on all functions in schema tests to anon, authenticated, service_role;
