-- Types of events for an organization to publish, and short ways to publish them.

create schema if not exists tests;

-- Declares invoice.sent, which takes anything, and invoice.paid, which needs an amount.
create or replace function tests.declare_invoices(slug text default 'clinic') returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  insert into public.event_types (organization_id, type, aggregate_type, schema) values
    (tests.organization_id(slug), 'invoice.sent', 'invoice', '{"type": "object"}'),
    (tests.organization_id(slug), 'invoice.paid', 'invoice',
      '{"type": "object", "properties": {"amount": {"type": "number"}}, "required": ["amount"]}');
end;
$$;

-- An event of the nth invoice.
create or replace function tests.invoice_event(n int, type text default 'sent', more jsonb default '{}') returns jsonb
language sql immutable
set search_path = ''
as $$
  select jsonb_build_object('type', 'invoice.' || type,
    'aggregate_id', '00000000-0000-4000-8000-0000000000' || lpad(n::text, 2, '0')) || more
$$;

create or replace function tests.publish(events jsonb, slug text default 'clinic', key text default null) returns jsonb
language sql volatile
set search_path = ''
as $$ select public.publish_events(tests.organization_id(slug), events, key) $$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
