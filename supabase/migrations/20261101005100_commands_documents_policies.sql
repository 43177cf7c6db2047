-- Documents, commands on policies: write them, ask for their publication, withdraw it.
--
-- Publishing goes across domains, so the command starts a saga (core.begin_saga) and 20261101005200 holds its steps.

create function documents.policy_document(policy public.policies) returns jsonb
language plpgsql stable
set search_path = ''
as $$ begin return to_jsonb(policy); end $$;
comment on function documents.policy_document(public.policies) is 'A policy as commands answer it.';

create function documents.record_policy(policy public.policies, type text, data jsonb, before jsonb) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
declare
  new_version bigint := core.append_event(policy.organization_id, 'policy', policy.id, type, jsonb_build_object('status', policy.status) || data);
  after public.policies;
begin
  update public.policies p set version = new_version, updated_at = now() where p.id = policy.id returning p.* into after;
  perform core.audit(policy.organization_id, type, 'policy', policy.id, before, to_jsonb(after) || data);
  return documents.policy_document(after);
end;
$$;
comment on function documents.record_policy(public.policies, text, jsonb, jsonb) is
  'The event and the audit row of a change; returns the policy''s document.';

create function documents.find_policy(policy_id uuid, permission text) returns public.policies
language plpgsql stable
set search_path = ''
as $$
declare
  policy public.policies;
begin
  select p.* into policy from public.policies p where p.id = policy_id;
  if policy.id is null or not core.is_member_or_service(policy.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such policy.');
  end if;
  perform core.require(policy.organization_id, permission);
  return policy;
end;
$$;
comment on function documents.find_policy(uuid, text) is 'The policy, if the caller has the permission. PT404, PT403.';

create function documents.lock_policy(policy_id uuid, expected_version bigint, publication_id uuid default null) returns public.policies
language plpgsql volatile
set search_path = ''
as $$
declare
  policy public.policies;
begin
  perform core.lock_stream(policy_id, expected_version);
  select p.* into strict policy from public.policies p where p.id = policy_id;
  if policy.publication_id <> coalesce(publication_id, core.nil_uuid()) then
    perform core.raise_error(409, 'publication_underway', 'A version of this policy is being published. Wait until that is over.',
      jsonb_build_object('saga_id', policy.publication_id));
  end if;
  return policy;
end;
$$;
comment on function documents.lock_policy(uuid, bigint, uuid) is
  'The policy, locked, as its caller had seen it. PT409 version_conflict; publication_underway {saga_id} for all but that publication.';

create function documents.add_version(policy public.policies, body text, effective_from timestamptz) returns public.policies
language plpgsql volatile
set search_path = ''
as $$
begin
  if body is null or length(btrim(body)) = 0 or length(body) > 200000 then
    perform core.raise_error(422, 'invalid_input', 'A version has a text of at most 200,000 characters.', '{"field": "body"}');
  elsif not isfinite(effective_from) then
    perform core.raise_error(422, 'invalid_input', 'A version begins to hold at some time.', '{"field": "effective_from"}');
  end if;
  insert into public.policy_versions (policy_id, number, organization_id, body, effective_from, created_by)
  values (policy.id, policy.latest_version + 1, policy.organization_id, body, effective_from,
    (select p.id from public.profiles p where p.id = auth.uid()));
  update public.policies p set latest_version = p.latest_version + 1 where p.id = policy.id returning p.* into policy;
  return policy;
end;
$$;
comment on function documents.add_version(public.policies, text, timestamptz) is 'Adds a version, not published yet. PT422.';

create function documents.create_policy(
  organization_id uuid, title text, body text, effective_from timestamptz, idempotency_key text
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  policy public.policies;
  answer jsonb;
begin
  perform core.require(organization_id, 'policies.manage');
  answer := core.recall('policy.create', organization_id, idempotency_key, jsonb_build_array(title, body, effective_from));
  if answer is not null then
    return answer;
  end if;
  if title is null or length(btrim(title)) not between 1 and 200 then
    perform core.raise_error(422, 'invalid_input', 'A title has 1 to 200 characters.', '{"field": "title"}');
  elsif not exists (select from public.organizations o where o.id = create_policy.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such organization.');
  end if;
  insert into public.policies (organization_id, title, created_by)
  values (organization_id, btrim(title), (select p.id from public.profiles p where p.id = auth.uid()))
  returning * into policy;
  if body is not null then
    policy := documents.add_version(policy, body, effective_from);
  end if;
  answer := documents.record_policy(policy, 'policy.created', jsonb_build_object('number', nullif(policy.latest_version, 0)), null);
  return core.keep('policy.create', organization_id, idempotency_key, answer);
end;
$$;
comment on function documents.create_policy(uuid, text, text, timestamptz, text) is 'See public.create_policy.';
grant execute on function documents.create_policy(uuid, text, text, timestamptz, text) to authenticated, service_role;

create function documents.save_policy_version(
  policy_id uuid, body text, effective_from timestamptz, expected_version bigint, idempotency_key text
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  policy public.policies := documents.find_policy(policy_id, 'policies.manage');
  before jsonb;
  answer jsonb;
begin
  answer := core.recall('policy.save_version', policy.organization_id, idempotency_key,
    jsonb_build_array(policy_id, body, effective_from, expected_version));
  if answer is not null then
    return answer;
  end if;
  policy := documents.lock_policy(policy_id, expected_version);
  if policy.status = 'archived' then
    perform core.raise_error(409, 'policy_archived', 'An archived policy stays as it is: make another one.');
  end if;
  before := to_jsonb(policy);
  policy := documents.add_version(policy, body, effective_from);
  answer := documents.record_policy(policy, 'policy.updated', jsonb_build_object('number', policy.latest_version), before);
  return core.keep('policy.save_version', policy.organization_id, idempotency_key, answer);
end;
$$;
comment on function documents.save_policy_version(uuid, text, timestamptz, bigint, text) is 'See public.save_policy_version.';
grant execute on function documents.save_policy_version(uuid, text, timestamptz, bigint, text) to authenticated, service_role;

create function documents.publish_policy(policy_id uuid, number int, expected_version bigint, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  policy public.policies := documents.find_policy(policy_id, 'policies.manage');
  saga core.sagas;
  answer jsonb;
begin
  answer := core.recall('policy.publish', policy.organization_id, idempotency_key, jsonb_build_array(policy_id, number, expected_version));
  if answer is not null then
    return answer;
  end if;
  policy := documents.lock_policy(policy_id, expected_version);
  number := coalesce(number, nullif(policy.latest_version, 0));
  perform documents.require_publishable(policy, number);
  saga := core.begin_saga(policy.organization_id, 'publish_policy', jsonb_build_object('policy_id', policy.id, 'number', number),
    'policy', policy.id, 'policies.manage', idempotency_key);
  return core.keep('policy.publish', policy.organization_id, idempotency_key, core.saga_document(saga));
end;
$$;
comment on function documents.publish_policy(uuid, int, bigint, text) is 'See public.publish_policy.';
grant execute on function documents.publish_policy(uuid, int, bigint, text) to authenticated, service_role;

create function documents.require_publishable(policy public.policies, number int) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if policy.status = 'archived' then
    perform core.raise_error(409, 'policy_archived', 'An archived policy stays as it is: make another one.');
  elsif number is null or number not between 1 and policy.latest_version then
    perform core.raise_error(422, 'invalid_input', 'The policy has no such version: save one first.', '{"field": "number"}');
  elsif number = policy.current_version then
    perform core.raise_error(409, 'already_published', 'This version is the published one.', jsonb_build_object('number', number));
  elsif number < policy.current_version then
    perform core.raise_error(422, 'invalid_input', 'A newer version is published. To return to an old text, save it as a new version.',
      '{"field": "number"}');
  end if;
end;
$$;
comment on function documents.require_publishable(public.policies, int) is
  'PT409 policy_archived or already_published, PT422 where there is no such version.';

create function documents.take_back(policy public.policies, number int) returns public.policies
language plpgsql volatile
set search_path = ''
as $$
declare
  restored int;
begin
  update public.policy_versions v set published_at = null, withdrawn_at = now()
  where v.policy_id = policy.id and v.number = take_back.number and v.published_at is not null
  returning v.replaces into restored;
  if number is distinct from policy.current_version then
    return policy;
  end if;
  -- What it had replaced may have been withdrawn before; then what that one had replaced holds again.
  while restored is not null and not exists (
    select from public.policy_versions v where v.policy_id = policy.id and v.number = restored and v.published_at is not null
  ) loop
    select v.replaces into restored from public.policy_versions v where v.policy_id = policy.id and v.number = restored;
  end loop;
  update public.policies p set current_version = restored, status = case when restored is null then 'draft' else 'published' end
  where p.id = policy.id
  returning p.* into policy;
  return policy;
end;
$$;
comment on function documents.take_back(public.policies, int) is 'Withdraws a version; if it was the current one, the one published before holds again.';

create function documents.withdraw_policy(policy_id uuid, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  policy public.policies := documents.find_policy(policy_id, 'policies.manage');
  before jsonb;
  number int;
begin
  policy := documents.lock_policy(policy_id, expected_version);
  if policy.status <> 'published' then
    perform core.raise_error(409, 'not_published', 'No version of this policy is published.');
  end if;
  before := to_jsonb(policy);
  number := policy.current_version;
  policy := documents.take_back(policy, number);
  return documents.record_policy(policy, 'policy.publication_withdrawn',
    jsonb_build_object('number', number, 'current_number', policy.current_version), before);
end;
$$;
comment on function documents.withdraw_policy(uuid, bigint) is 'See public.withdraw_policy.';
grant execute on function documents.withdraw_policy(uuid, bigint) to authenticated, service_role;

create function documents.archive_policy(policy_id uuid, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  policy public.policies := documents.find_policy(policy_id, 'policies.manage');
  before jsonb;
begin
  policy := documents.lock_policy(policy_id, expected_version);
  if policy.status = 'archived' then
    return documents.policy_document(policy);
  end if;
  before := to_jsonb(policy);
  update public.policies p set status = 'archived' where p.id = policy.id returning p.* into policy;
  return documents.record_policy(policy, 'policy.archived', '{}', before);
end;
$$;
comment on function documents.archive_policy(uuid, bigint) is 'See public.archive_policy.';
grant execute on function documents.archive_policy(uuid, bigint) to authenticated, service_role;
