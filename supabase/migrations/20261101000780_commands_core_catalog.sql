-- Commands on types of events: declare, deprecate, retire.
--
-- The organization's stream is the lock of its declarations: of two that come at once one is the next version.

create function core.check_event_type(type text, aggregate_type text, description text, version int) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  field text := case
    when type is null or type !~ '^[a-z][a-z_]*\.[a-z][a-z_]*$' or length(type) > 100 then 'type'
    when aggregate_type !~ '^[a-z][a-z_]*$' or length(aggregate_type) > 60 then 'aggregate_type'
    when length(description) > 500 then 'description'
    when version not between 1 and 1000 then 'version'
  end;
  reserved text := case
    when core.is_reserved_type(type) then type
    when core.is_reserved_type(aggregate_type) then aggregate_type
  end;
begin
  if field is not null then
    perform core.raise_error(422, 'invalid_input', 'A type is noun.verbed, its aggregate a noun, its description short.',
      jsonb_build_object('field', field));
  elsif reserved is not null then
    perform core.raise_error(403, 'reserved_event_type', format('%s is one of Almanac''s own: choose another noun.', reserved),
      jsonb_build_object('event_type', reserved));
  end if;
end;
$$;
comment on function core.check_event_type(text, text, text, int) is
  'Names the first field that the table would refuse, and refuses Almanac''s own nouns: PT403 reserved_event_type.';

create function core.declare_event_type(
  organization_id uuid,
  type text,
  schema jsonb,
  description text default null,
  aggregate_type text default null,
  version int default null,
  idempotency_key text default null
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  most constant int := 2000;
  noun text := coalesce(aggregate_type, split_part(type, '.', 1));
  answer jsonb;
  newest public.event_types;
  declared public.event_types;
begin
  perform core.require(organization_id, 'events.publish');
  answer := core.recall('declare_event_type', organization_id, idempotency_key, jsonb_build_object('type', type,
    'schema', schema, 'description', description, 'aggregate_type', aggregate_type, 'version', version));
  if answer is not null then
    return answer;
  end if;
  perform core.check_event_type(type, noun, description, version);
  perform core.check_schema(schema);
  perform core.lock_stream(organization_id);

  select t.* into newest from public.event_types t
  where t.organization_id = declare_event_type.organization_id and t.type = declare_event_type.type
  order by t.version desc limit 1;
  -- A service declares what it publishes each time it starts: what is there already stays.
  if newest.schema = schema and newest.aggregate_type = noun and newest.status = 'active'
    and newest.version = coalesce(version, newest.version) and newest.description = coalesce(description, newest.description) then
    return core.keep('declare_event_type', organization_id, idempotency_key, to_jsonb(newest));
  elsif version <> coalesce(newest.version, 0) + 1 then
    perform core.raise_error(409, 'version_conflict', 'Versions are never changed: declare the next one.',
      jsonb_build_object('expected', version, 'actual', coalesce(newest.version, 0)));
  elsif newest.aggregate_type <> noun then
    perform core.raise_error(422, 'invalid_input', format('The versions before happen to a %s.', newest.aggregate_type),
      '{"field": "aggregate_type"}');
  elsif newest.version >= 1000
    or (select count(*) from public.event_types t where t.organization_id = declare_event_type.organization_id) >= most then
    perform core.raise_error(409, 'too_many_event_types', 'The organization has as many types and versions as it may.',
      jsonb_build_object('maximum', most));
  end if;

  insert into public.event_types (organization_id, type, version, aggregate_type, description, schema, declared_by)
  values (organization_id, type, coalesce(newest.version, 0) + 1, noun,
    coalesce(description, newest.description, ''), schema, core.acting_id())
  returning * into declared;
  perform core.tell_event_type('event_type.declared', null, declared);
  return core.keep('declare_event_type', organization_id, idempotency_key, to_jsonb(declared));
end;
$$;
comment on function core.declare_event_type(uuid, text, jsonb, text, text, int, text) is
  'Declares a type or its next version; what its newest version says already is answered and not declared again.';
grant execute on function core.declare_event_type(uuid, text, jsonb, text, text, int, text) to authenticated, service_role;

create function core.tell_event_type(what text, before public.event_types, after public.event_types) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.append_event(after.organization_id, 'event_type', after.id, what,
    jsonb_build_object('type', after.type, 'version', after.version));
  -- event_type.retired is what event_type.retire did
  perform core.audit(after.organization_id, left(what, -1), 'event_type', after.id,
    case when before.id is not null then to_jsonb(before) end, to_jsonb(after));
end;
$$;
comment on function core.tell_event_type(text, public.event_types, public.event_types) is
  'The event and the audit entry of a change to a type.';

create function core.move_event_type(event_type_id uuid, target text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  old_row public.event_types;
  new_row public.event_types;
begin
  select t.* into old_row from public.event_types t where t.id = event_type_id;
  -- To whom may not read it, it is not there.
  if old_row.id is null
    or (old_row.organization_id is not null and not core.has_permission(old_row.organization_id, 'events.read')
      and not core.is_member_or_service(old_row.organization_id)) then
    perform core.raise_error(404, 'not_found', 'There is no such type.');
  elsif old_row.organization_id is null then
    perform core.raise_error(403, 'reserved_event_type', format('%s is one of Almanac''s own.', old_row.type),
      jsonb_build_object('event_type', old_row.type));
  end if;
  perform core.require(old_row.organization_id, 'events.publish');
  perform core.lock_stream(event_type_id);
  select t.* into old_row from public.event_types t where t.id = event_type_id;
  if old_row.status in (target, 'retired') then
    return to_jsonb(old_row);
  end if;
  update public.event_types t set status = target, updated_at = now() where t.id = event_type_id
  returning t.* into new_row;
  perform core.tell_event_type(
    case target when 'retired' then 'event_type.retired' else 'event_type.deprecated' end, old_row, new_row);
  return to_jsonb(new_row);
end;
$$;
comment on function core.move_event_type(uuid, text) is
  'Moves a version of a type on: active, deprecated, retired, never back. Twice is once.';
grant execute on function core.move_event_type(uuid, text) to authenticated, service_role;

-- facades ------------------------------------------------------------------------------------------------------------

create function public.declare_event_type(
  organization_id uuid,
  type text,
  schema jsonb,
  description text default null,
  aggregate_type text default null,
  version int default null,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.declare_event_type(organization_id, type, schema, description, aggregate_type, version, idempotency_key) $$;
comment on function public.declare_event_type(uuid, text, jsonb, text, text, int, text) is
  'Declares a type of event, or its next version, with the JSON Schema of its data; needs events.publish. 403 '
  'reserved_event_type, 409 version_conflict, 422 invalid_schema.';
grant execute on function public.declare_event_type(uuid, text, jsonb, text, text, int, text) to authenticated, service_role;

create function public.deprecate_event_type(event_type_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.move_event_type(event_type_id, 'deprecated') $$;
comment on function public.deprecate_event_type(uuid) is
  'Marks a version of a type as one to move on from; it is still taken. Needs events.publish.';
grant execute on function public.deprecate_event_type(uuid) to authenticated, service_role;

create function public.retire_event_type(event_type_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.move_event_type(event_type_id, 'retired') $$;
comment on function public.retire_event_type(uuid) is
  'Ends a version of a type: it is no longer taken, and stays for who reads the log. Needs events.publish. Not undone.';
grant execute on function public.retire_event_type(uuid) to authenticated, service_role;
