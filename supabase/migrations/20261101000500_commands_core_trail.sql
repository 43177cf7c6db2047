-- Writing the trail: core.audit, and core.recall / core.keep around a command that takes an idempotency key.
--
--   answer := core.recall('create_service', organization_id, idempotency_key, request);
--   if answer is not null then return answer; end if;
--   ... the command ...
--   return core.keep('create_service', organization_id, idempotency_key, answer);

-- audit --------------------------------------------------------------------------------------------------------------

create function core.inet_or_null(value text) returns inet
language plpgsql immutable strict
set search_path = ''
as $$
begin
  -- The header is whatever the client wrote. The usual address is told by its pattern; the rest costs a subtransaction.
  if value ~ '^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$' then
    return value::inet;
  elsif value !~ '^[0-9a-fA-F.]{0,4}:[0-9a-fA-F:.]{1,40}$' then
    return null;
  end if;
  begin
    return value::inet;
  exception when invalid_text_representation then
    return null;
  end;
end;
$$;
comment on function core.inet_or_null(text) is
  'The address a client or proxy sent, or null when it is none: never an error.';

create function core.audit(
  organization_id uuid,
  action text,
  subject_type text,
  subject_id uuid,
  before jsonb,
  after jsonb
) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  headers jsonb := core.request_headers();
begin
  insert into public.audit_entries
    (organization_id, actor_id, actor_kind, service_id, action, subject_type, subject_id, before, after, request_id, ip, user_agent)
  values (
    audit.organization_id,
    core.acting_id(),
    core.actor_kind(),
    case when (headers ? 'x-service-token' or current_setting('almanac.service_token', true) <> '') and core.is_through_service()
      then (core.current_credential()).id end,
    audit.action,
    audit.subject_type,
    audit.subject_id,
    audit.before,
    audit.after,
    left(coalesce(headers ->> 'x-request-id', headers ->> 'sb-request-id'), 200),
    core.inet_or_null(btrim(split_part(headers ->> 'x-forwarded-for', ',', 1))),
    left(headers ->> 'user-agent', 500)
  );
end;
$$;
comment on function core.audit(uuid, text, text, uuid, jsonb, jsonb) is
  'Writes an audit entry with the caller and the request. For commands: no role is granted it.';

-- idempotency --------------------------------------------------------------------------------------------------------

create function core.caller() returns text
language plpgsql stable
set search_path = ''
as $$ begin return coalesce(core.acting_id()::text, auth.role(), 'system'); end $$;
comment on function core.caller() is 'Whose idempotency keys these are.';

create function core.recall(command text, scope uuid, key text, request jsonb) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
declare
  hash bytea;
  kept core.idempotency_keys;
begin
  -- What a saga's step calls shows the step's lease (20261101000992). Looked for as text: headers are parsed for few.
  if current_setting('request.headers', true) like '%"x-saga-step"%' then
    perform core.check_saga_step();
  end if;
  if key is null then
    return null;
  elsif length(key) not between 1 and 200 then
    perform core.raise_error(400, 'invalid_idempotency_key', 'An idempotency key has 1 to 200 characters.');
  end if;
  hash := sha256(convert_to(coalesce(request, 'null')::text, 'UTF8'));

  -- Waits for a transaction that reserves the same key now, so that of two equal requests one runs and both answer.
  insert into core.idempotency_keys (scope, command, caller, key, request_hash)
  values (recall.scope, recall.command, core.caller(), recall.key, hash)
  on conflict do nothing;
  if found then
    return null;
  end if;

  select k.* into kept
  from core.idempotency_keys k
  where k.scope = recall.scope and k.command = recall.command and k.caller = core.caller() and k.key = recall.key;
  if kept.request_hash is distinct from hash then
    perform core.raise_error(409, 'idempotency_mismatch', 'This idempotency key was used for another request.');
  elsif kept.answer is null then
    raise exception 'command % recalled a key and kept no answer', recall.command;
  end if;
  return kept.answer;
end;
$$;
comment on function core.recall(text, uuid, text, jsonb) is
  'The answer kept under an idempotency key, or null when the command must run (then the key is reserved for it).';

create function core.keep(command text, scope uuid, key text, answer jsonb) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
begin
  if key is not null then
    update core.idempotency_keys k set answer = keep.answer
    where k.scope = keep.scope and k.command = keep.command and k.caller = core.caller() and k.key = keep.key;
  end if;
  return answer;
end;
$$;
comment on function core.keep(text, uuid, text, jsonb) is
  'Keeps a command''s answer under its idempotency key, and returns it.';

create function core.forget_idempotency_keys() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- A saga that waits for a person may take its step up again after days.
  delete from core.idempotency_keys k
  where k.created_at < now() - interval '24 hours'
    and not (k.key like 'saga:%' and exists (
      select from core.sagas s where s.id = core.uuid_or_null(split_part(k.key, ':', 2)) and s.finished_at is null));
end;
$$;
comment on function core.forget_idempotency_keys() is
  'Lets keys older than a day be used again; those of a saga when it is over.';
