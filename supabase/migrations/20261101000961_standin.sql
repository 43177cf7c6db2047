create function core.cloud_event(event core.events) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'specversion', '1.0', 'id', event.id,
    'source', coalesce('/services/' || event.source, '/organizations/' || event.organization_id, '/'),
    'type', event.type, 'subject', event.aggregate_type || '/' || event.aggregate_id, 'time', event.recorded_at,
    'datacontenttype', 'application/json', 'dataschema', 'urn:almanac:event:' || event.type || ':' || event.type_version,
    'organizationid', event.organization_id, 'aggregatetype', event.aggregate_type, 'aggregateid', event.aggregate_id,
    'aggregateversion', event.version, 'actorid', event.actor_id, 'actorkind', event.actor_kind,
    'correlationid', event.correlation_id, 'causationid', event.causation_id, 'traceparent', event.traceparent))
    || jsonb_build_object('data', event.data);
end;
$$;
comment on function core.cloud_event(core.events) is 'Stand-in.';
