begin;
set local search_path = extensions;
select plan(5);

select tests.create_organization();
select set_config('request.headers', '{"x-causation-id": "018f0000-0000-7000-8000-000000000002",
  "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}', true);
select set_config('request.jwt.claims', tests.claims_of('owner')::text, true);
select core.append_events(tests.organization_id(), jsonb_build_array(
  tests.invoice_event(1, 'paid', '{"aggregate_type": "invoice", "type_version": 3, "data": {"amount": null}}')), 'till');
create function pg_temp.last_one() returns core.events language sql as $$ select e from core.events e order by e.position desc limit 1 $$;
create temporary table document as select core.cloud_event(pg_temp.last_one()) as it;

select is(
  (select it - array['id', 'time', 'correlationid'] from document),
  jsonb_build_object(
    'specversion', '1.0', 'source', '/services/till', 'type', 'invoice.paid',
    'subject', 'invoice/00000000-0000-4000-8000-000000000001', 'datacontenttype', 'application/json',
    'dataschema', 'urn:almanac:event:invoice.paid:3', 'data', '{"amount": null}'::jsonb,
    'organizationid', tests.organization_id(), 'aggregatetype', 'invoice', 'aggregateid', '00000000-0000-4000-8000-000000000001',
    'aggregateversion', 1, 'actorid', tests.get_supabase_uid('owner'), 'actorkind', 'user',
    'causationid', '018f0000-0000-7000-8000-000000000002', 'traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
  'all that is known stands in it, and nulls of the data stay'
);
select ok((select it ->> 'id' = e.id::text and (it ->> 'time')::timestamptz = e.recorded_at and it ->> 'correlationid' = e.id::text from document, pg_temp.last_one() e),
  'with its id, its time and its story');
select is_empty($$ select k from document, jsonb_object_keys(it) k where k !~ '^[a-z0-9]{1,20}$' $$, 'names of attributes are lower-case and short');

select set_config('request.headers', '', true), set_config('request.jwt.claims', '', true);
select core.append_event(tests.organization_id(), 'organization', tests.organization_id(), 'organization.updated', '{}');
select ok((select not (core.cloud_event(pg_temp.last_one()) ?| array['actorid', 'causationid', 'traceparent'])), 'what is null is left out');
select is(core.cloud_event(pg_temp.last_one()) ->> 'source', '/organizations/' || tests.organization_id(), 'what no service published is the organization''s');

select * from finish();
rollback;
