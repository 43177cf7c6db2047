-- Documents, the steps of a publication: what the saga publish_policy calls, for services alone.
--
-- A publication is known by the id of its saga, and reserves the policy until it is closed. Each command tells whether
-- it has happened already, so that to repeat it changes nothing, whatever became of the idempotency key.

create function documents.publication_of(policy_id uuid, publication_id uuid) returns public.policies
language plpgsql volatile
set search_path = ''
as $$
declare
  policy public.policies := documents.lock_policy(policy_id, null, publication_id);
begin
  if policy.publication_id is distinct from publication_id then
    perform core.raise_error(409, 'publication_over', 'This publication is over, or never began.');
  end if;
  return policy;
end;
$$;
comment on function documents.publication_of(uuid, uuid) is 'The policy, locked, for the publication that has it. PT409.';

create function documents.reserve_policy_version(policy_id uuid, number int, publication_id uuid, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  policy public.policies;
  answer jsonb;
begin
  perform core.require_service();
  answer := core.recall('policy.reserve', policy_id, idempotency_key, jsonb_build_array(number, publication_id));
  if answer is not null then
    return answer;
  end if;
  policy := documents.lock_policy(policy_id, null, publication_id);
  if policy.publication_id is null then
    perform documents.require_publishable(policy, number);
    update public.policies p
    set publication_id = reserve_policy_version.publication_id, publication_version = reserve_policy_version.number
    where p.id = policy.id
    returning p.* into policy;
  end if;
  answer := jsonb_build_object('number', policy.publication_version, 'replaces', policy.current_version);
  return core.keep('policy.reserve', policy_id, idempotency_key, answer);
end;
$$;
comment on function documents.reserve_policy_version(uuid, int, uuid, text) is 'See public.reserve_policy_version.';
grant execute on function documents.reserve_policy_version(uuid, int, uuid, text) to service_role;

create function documents.publish_policy_version(policy_id uuid, publication_id uuid, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  policy public.policies;
  version public.policy_versions;
  before jsonb;
  answer jsonb;
begin
  perform core.require_service();
  answer := core.recall('policy.publish_version', policy_id, idempotency_key, to_jsonb(publication_id));
  if answer is not null then
    return answer;
  end if;
  policy := documents.publication_of(policy_id, publication_id);
  before := to_jsonb(policy);
  update public.policy_versions v
  set published_at = now(), publication_id = policy.publication_id, replaces = policy.current_version, withdrawn_at = null
  where v.policy_id = policy.id and v.number = policy.publication_version and v.published_at is null
  returning v.* into version;
  if version.number is null then
    select v.* into strict version from public.policy_versions v where v.policy_id = policy.id and v.number = policy.publication_version;
  else
    update public.policies p set current_version = version.number, status = 'published' where p.id = policy.id returning p.* into policy;
    perform documents.record_policy(policy, 'policy.published',
      jsonb_build_object('number', version.number, 'replaces', version.replaces, 'effective_from', version.effective_from), before);
  end if;
  answer := jsonb_build_object('number', version.number, 'published_at', version.published_at);
  return core.keep('policy.publish_version', policy_id, idempotency_key, answer);
end;
$$;
comment on function documents.publish_policy_version(uuid, uuid, text) is 'See public.publish_policy_version.';
grant execute on function documents.publish_policy_version(uuid, uuid, text) to service_role;

create function documents.withdraw_publication(policy_id uuid, publication_id uuid, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  policy public.policies;
  number int;
  before jsonb;
  answer jsonb;
begin
  perform core.require_service();
  answer := core.recall('policy.withdraw_publication', policy_id, idempotency_key, to_jsonb(publication_id));
  if answer is not null then
    return answer;
  end if;
  perform core.lock_stream(policy_id);
  select p.* into strict policy from public.policies p where p.id = policy_id;
  select v.number into number from public.policy_versions v
  where v.policy_id = policy.id and v.publication_id = withdraw_publication.publication_id and v.published_at is not null;
  if number is not null then
    before := to_jsonb(policy);
    policy := documents.take_back(policy, number);
    perform documents.record_policy(policy, 'policy.publication_withdrawn',
      jsonb_build_object('number', number, 'current_number', policy.current_version), before);
  end if;
  answer := jsonb_build_object('withdrawn', number is not null, 'current_version', policy.current_version);
  return core.keep('policy.withdraw_publication', policy_id, idempotency_key, answer);
end;
$$;
comment on function documents.withdraw_publication(uuid, uuid, text) is 'See public.withdraw_publication.';
grant execute on function documents.withdraw_publication(uuid, uuid, text) to service_role;

create function documents.announce_policy(policy_id uuid, publication_id uuid, members int, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  policy public.policies;
  answer jsonb;
begin
  perform core.require_service();
  answer := core.recall('policy.announce', policy_id, idempotency_key, jsonb_build_array(publication_id, members));
  if answer is not null then
    return answer;
  end if;
  policy := documents.publication_of(policy_id, publication_id);
  perform documents.record_policy(policy, 'policy.announced',
    jsonb_build_object('number', policy.current_version, 'members', members), to_jsonb(policy));
  return core.keep('policy.announce', policy_id, idempotency_key, jsonb_build_object('announced', true));
end;
$$;
comment on function documents.announce_policy(uuid, uuid, int, text) is 'See public.announce_policy.';
grant execute on function documents.announce_policy(uuid, uuid, int, text) to service_role;

create function documents.close_publication(policy_id uuid, publication_id uuid, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  answer jsonb;
begin
  perform core.require_service();
  answer := core.recall('policy.close_publication', policy_id, idempotency_key, to_jsonb(publication_id));
  if answer is not null then
    return answer;
  end if;
  perform core.lock_stream(policy_id);
  update public.policies p set publication_id = null, publication_version = null, updated_at = now()
  where p.id = policy_id and p.publication_id = close_publication.publication_id;
  return core.keep('policy.close_publication', policy_id, idempotency_key, jsonb_build_object('closed', found));
end;
$$;
comment on function documents.close_publication(uuid, uuid, text) is 'See public.close_publication.';
grant execute on function documents.close_publication(uuid, uuid, text) to service_role;

-- topics -------------------------------------------------------------------------------------------------------------

create function documents.may_hear_policy(topic text) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  policy public.policies;
begin
  if topic !~ '^policy:' then
    return false;
  end if;
  select p.* into policy from public.policies p where p.id = core.uuid_or_null(substr(topic, 8));
  return policy.id is not null and core.has_permission(policy.organization_id,
    case when policy.current_version is null then 'policies.manage' else 'policies.read' end);
end;
$$;
comment on function documents.may_hear_policy(text) is 'Whether a topic policy:<id> is that of one which the caller may read.';
grant execute on function documents.may_hear_policy(text) to authenticated;

create policy "those who may read a policy hear of it" on realtime.messages
  for select to authenticated using (extension = 'broadcast' and (select documents.may_hear_policy((select realtime.topic()))));
