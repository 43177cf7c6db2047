-- Delivery of events inside one transaction. A real tick sees only what has committed, which a test never does.

create schema if not exists tests;

-- Makes jobs of what this transaction has appended, as if it had committed and the dispatcher had run.
create or replace function tests.deliver_events() returns int
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  beyond text := (pg_current_xact_id()::text::numeric + 1)::text;
begin
  insert into core.ticks (snapshot, transaction_id) values (format('%s:%s:', beyond, beyond)::pg_snapshot, '0');
  return core.dispatch(1000000);
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
