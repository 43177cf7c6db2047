begin;
set local search_path = extensions;
select plan(26);

select tests.create_organization();
select tests.declare_invoices();
select tests.authenticate_as('owner');

create function pg_temp.detail_of(events jsonb) returns jsonb language plpgsql as $$
declare
  detail text;
  code text;
  state text;
begin
  perform tests.publish(events);
  return '"nothing was refused"';
exception when others then
  get stacked diagnostics detail = pg_exception_detail, code = message_text, state = returned_sqlstate;
  return coalesce(nullif(detail, ''), '{}')::jsonb || jsonb_build_object('code', code, 'state', state);
end;
$$;
create function pg_temp.second(more jsonb, type text default 'sent') returns jsonb language sql as $$
  select pg_temp.detail_of(jsonb_build_array(tests.invoice_event(1), tests.invoice_event(2, type, more)))
$$;

select is(pg_temp.second('{"data": {"amount": "much"}}', 'paid') - array['faults', 'message'],
  '{"code": "event_does_not_fit", "state": "PT422", "index": 1, "path": "/amount", "event_type": "invoice.paid", "type_version": 1}',
  'data that does not fit: the event and the path');
select is(pg_temp.second('{"data": {}}', 'paid') ->> 'path', '/amount', 'also where something is missing');
select is(pg_temp.second('{}', 'lost') - 'type_version', '{"code": "unknown_event_type", "state": "PT422", "index": 1, "event_type": "invoice.lost"}', 'an unknown type');
select is(pg_temp.second('{"type_version": 2}') ->> 'code', 'unknown_event_type', 'an unknown version');
select is(pg_temp.second('{"expected_version": 3}'),
  '{"code": "version_conflict", "state": "PT409", "index": 1, "expected": 3, "actual": 0}', 'a version that is not there');
select is(pg_temp.second(more) - array['code', 'state'], jsonb_build_object('index', 1, 'field', field), format('%s: %s', field, more))
from (values
  ('type', '{"type": "Invoice.Paid"}'::jsonb), ('type', '{"type": "paid"}'), ('type', '{"type": 7}'), ('type', '{"type": null}'),
  ('type_version', '{"type_version": 0}'), ('type_version', '{"type_version": "new"}'), ('aggregate_type', '{"aggregate_type": "x y"}'),
  ('aggregate_id', '{"aggregate_id": "7"}'), ('data', '{"data": [1]}'), ('data', '{"data": "x"}'),
  ('expected_version', '{"expected_version": -1}'), ('expected_version', '{"expected_version": 1e300}'),
  ('causation_id', '{"causation_id": "x"}'), ('correlation_id', '{"correlation_id": 7}'), ('traceparent', '{"traceparent": "00-0-0-0"}'),
  ('actor_id', '{"actor_id": "00000000-0000-4000-8000-000000000001"}')
) given(field, more);
select is(pg_temp.detail_of('[7]') ->> 'code', 'invalid_input', 'what is no object');
select is(pg_temp.detail_of('{}') ->> 'field', 'events', 'what is no list');
select is(pg_temp.detail_of('[]') ->> 'field', 'events', 'an empty one');
select is(pg_temp.detail_of((select jsonb_agg(tests.invoice_event(1)) from generate_series(1, 1001))) ->> 'field', 'events', 'one too many');
select is(
  pg_temp.detail_of(jsonb_build_array(tests.invoice_event(1, more => jsonb_build_object('data', jsonb_build_object('x', repeat('x', 2100000)))))) ->> 'code',
  'payload_too_large', 'too much'
);

select * from finish();
rollback;
