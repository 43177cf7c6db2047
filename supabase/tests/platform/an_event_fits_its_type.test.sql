begin;
set local search_path = extensions;
select plan(10);

select tests.create_organization();
select tests.create_organization('other', 'stranger');
insert into public.event_types (organization_id, type, version, aggregate_type, schema, status) values
  (tests.organization_id(), 'invoice.paid', 1, 'invoice', '{"type": "object"}', 'retired'),
  (tests.organization_id(), 'invoice.paid', 2, 'invoice',
    '{"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer"}}}', 'deprecated'),
  (tests.organization_id(), 'invoice.paid', 3, 'invoice',
    '{"type": "object", "required": ["lines"], "properties": {"lines": {"type": "array", "items":
      {"type": "object", "properties": {"amount": {"type": "integer", "minimum": 0}}}}}}', 'active');

create function pg_temp.refusal(type text, type_version int, data jsonb, slug text default 'clinic') returns jsonb
language plpgsql as $$
declare
  detail text;
begin
  perform core.check_event(tests.organization_id(slug), type, type_version, data);
  return null;
exception when others then
  get stacked diagnostics detail = pg_exception_detail;
  return detail::jsonb || jsonb_build_object('code', sqlerrm, 'state', sqlstate);
end;
$$;

select is(pg_temp.refusal('invoice.paid', null, '{"lines": [{"amount": 1}]}'), null, 'without a version the newest is meant');
select is(pg_temp.refusal('invoice.paid', 2, '{"amount": 1}'), null, 'a deprecated version is still taken');
select is(pg_temp.refusal('invoice.paid', 1, '{}') ->> 'code', 'unknown_event_type', 'a retired one is not');
select is(pg_temp.refusal('invoice.eaten', null, '{}') ->> 'code', 'unknown_event_type', 'nor what nobody declared');
select is(pg_temp.refusal('invoice.paid', 2, '{"amount": 1}', 'other') ->> 'code', 'unknown_event_type',
  'nor the type of another organization');
select is(
  pg_temp.refusal('invoice.paid', 3, '{"lines": [{"amount": 1}, {"amount": -1}, {"amount": "a"}]}'),
  '{"state": "PT422", "code": "event_does_not_fit", "event_type": "invoice.paid", "type_version": 3,
    "path": "/lines/1/amount", "message": "must be at least 0", "faults": [
      {"path": "/lines/1/amount", "message": "must be at least 0"},
      {"path": "/lines/2/amount", "message": "must be of type integer"}]}',
  'what does not fit is refused with the path of the fault'
);
select is(
  pg_temp.refusal('invoice.paid', 2, '[]') - 'faults',
  '{"state": "PT422", "code": "event_does_not_fit", "event_type": "invoice.paid", "type_version": 2, "path": "", "message": "must be of type object"}',
  'data is an object'
);
select is(
  jsonb_array_length(pg_temp.refusal('invoice.paid', 3, jsonb_build_object('lines',
    (select jsonb_agg('{"amount": "a"}'::jsonb) from generate_series(1, 1000)))) -> 'faults'),
  20, 'of many faults 20 are told'
);
select is(pg_temp.refusal('appointment.eaten', 1, '{}') ->> 'code', 'reserved_event_type', 'Almanac''s nouns are its own');
insert into public.event_types (type, aggregate_type, schema) values ('invoice.settled', 'invoice', '{}');
select is(pg_temp.refusal('invoice.paid', 2, '{"amount": 1}') ->> 'state', 'PT403', 'also those it takes later');

select * from finish();
rollback;
