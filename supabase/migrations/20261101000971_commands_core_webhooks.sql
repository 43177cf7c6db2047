-- Commands on webhooks: make, change, rotate the secret, delete, read.
--
-- A webhook is a subscription and its endpoint under one id. Addresses are checked for their form here; what the name
-- resolves to is checked by the function, when it is set and at each delivery.

-- addresses ----------------------------------------------------------------------------------------------------------

create function core.is_public_address(address inet) returns boolean
language sql immutable strict parallel safe
set search_path = ''
as $$
  select case family(address)
    when 4 then not address <<= any (array[
      '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12',
      '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24',
      '203.0.113.0/24', '224.0.0.0/3']::inet[])
    else address <<= '2000::/3' and not address <<= any (array['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']::inet[])
  end
$$;
comment on function core.is_public_address(inet) is 'Whether an address belongs to the public internet.';

create function core.check_outbound_url(url text, field text default 'url') returns void
language plpgsql stable
set search_path = ''
as $$
declare
  parts text[] := regexp_match(url, '^(https?)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?(?:[/?#]|$)', 'i');
  scheme text := lower(parts[1]);
  host text := lower(parts[2]);
  port int := coalesce(parts[3]::int, 443);
  allowed text[] := regexp_split_to_array(lower(coalesce(core.secret('outbound_allow_private'), '')), '\s*,\s*');
  reason text;
begin
  reason := case
    when parts is null or length(url) > 2000 or url ~ '[\s[:cntrl:]@#\\]' then 'form'
    when host = any (allowed) or host || ':' || port = any (allowed) or '*' = any (allowed) then null
    when scheme <> 'https' then 'scheme'
    when port = 0 or port > 65535 or (port < 1024 and port not in (80, 443)) then 'port'
    when host ~ '(^|\.)localhost\.?$|\.(local|internal|lan|home\.arpa)\.?$' then 'address'
    when host like '[%' then case
      when core.inet_or_null(btrim(host, '[]')) is null then 'form'
      when not core.is_public_address(core.inet_or_null(btrim(host, '[]'))) then 'address' end
    -- A last label of digits makes it an IPv4 address in one of its forms; only the usual one is taken.
    when host ~ '(^|\.)(0x[0-9a-f]*|[0-9]+)\.?$' then case
      when host !~ '^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$' or core.inet_or_null(host) is null then 'form'
      when not core.is_public_address(core.inet_or_null(host)) then 'address' end
    when host !~ '^[a-z0-9_-]+(\.[a-z0-9_-]+)+\.?$' then 'form'
  end;
  if reason is not null then
    perform core.raise_error(422, 'url_refused', 'Send an https address of a public server, without credentials.',
      jsonb_build_object('field', field, 'reason', reason));
  end if;
end;
$$;
comment on function core.check_outbound_url(text, text) is
  'PT422 url_refused unless the platform may call it, by its form. The operator''s exceptions are in Vault: outbound_allow_private.';

-- secrets ------------------------------------------------------------------------------------------------------------

create function core.add_webhook_secret(subscription_id uuid) returns core.webhook_secrets
language plpgsql volatile
set search_path = ''
as $$
declare
  added core.webhook_secrets;
begin
  added.secret_id := core.uuid_v7();
  added.vault_id := vault.create_secret('whsec_' || encode(extensions.gen_random_bytes(32), 'base64'),
    'webhook/' || subscription_id || '/' || added.secret_id, 'Signs deliveries of a webhook.');
  insert into core.webhook_secrets (secret_id, subscription_id, vault_id)
  values (added.secret_id, add_webhook_secret.subscription_id, added.vault_id)
  returning * into added;
  return added;
end;
$$;
comment on function core.add_webhook_secret(uuid) is 'Makes a signing secret, the current one, in Vault.';

create function core.webhook_secret(secret_id uuid) returns text
language sql stable
set search_path = ''
as $$
  select v.decrypted_secret from core.webhook_secrets w join vault.decrypted_secrets v on v.id = w.vault_id
  where w.secret_id = webhook_secret.secret_id
$$;
comment on function core.webhook_secret(uuid) is 'A signing secret in clear: for its maker, once, and for the worker. No role is granted it.';

-- reading ------------------------------------------------------------------------------------------------------------

create function core.webhook_for(webhook_id uuid) returns public.webhook_endpoints
language plpgsql stable
set search_path = ''
as $$
declare
  subscription public.subscriptions := core.subscription_for(webhook_id, 'subscriptions.manage');
  endpoint public.webhook_endpoints;
begin
  select w.* into endpoint from public.webhook_endpoints w where w.subscription_id = subscription.id;
  if not found then
    perform core.raise_error(404, 'not_found', 'There is no such webhook.');
  end if;
  return endpoint;
end;
$$;
comment on function core.webhook_for(uuid) is 'The endpoint, for a caller who manages subscriptions where it belongs.';

create function core.webhook_document(webhook_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select core.subscription_document(s) - 'delivery' || jsonb_build_object(
    'url', w.url,
    'timeout_seconds', w.timeout_seconds,
    'failing_since', w.failing_since,
    'updated_at', greatest(s.updated_at, w.updated_at),
    'breaker', coalesce(b.state, 'closed'),
    'retry_at', b.retry_at,
    'secrets', (
      select jsonb_agg(jsonb_build_object('secret_id', x.secret_id, 'created_at', x.created_at, 'expires_at', x.expires_at)
        order by x.created_at desc, x.secret_id desc)
      from core.webhook_secrets x
      where x.subscription_id = s.id and (x.expires_at is null or x.expires_at > now())))
  from public.webhook_endpoints w
  join public.subscriptions s on s.id = w.subscription_id
  left join core.breakers b on b.name = 'webhook:' || s.id
  where w.subscription_id = webhook_id
$$;
comment on function core.webhook_document(uuid) is 'A webhook as clients see it: of its secrets only that they are.';

create function core.get_webhook(webhook_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform core.webhook_for(webhook_id);
  return core.webhook_document(webhook_id);
end;
$$;
comment on function core.get_webhook(uuid) is 'See public.get_webhook.';
grant execute on function core.get_webhook(uuid) to authenticated, service_role;

create function core.list_webhooks(organization_id uuid) returns setof jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if organization_id is null then
    perform core.require_service();
  else
    perform core.require(organization_id, 'subscriptions.manage');
  end if;
  return query
  select core.webhook_document(w.subscription_id) from public.webhook_endpoints w
  where w.organization_id is not distinct from list_webhooks.organization_id
  order by w.subscription_id;
end;
$$;
comment on function core.list_webhooks(uuid) is 'See public.list_webhooks.';
grant execute on function core.list_webhooks(uuid) to authenticated, service_role;

-- writing ------------------------------------------------------------------------------------------------------------

create function core.check_webhook_timeout(seconds jsonb) returns int
language plpgsql immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(seconds) <> 'number' or (seconds #>> '{}') !~ '^[0-9]{1,2}$' or (seconds #>> '{}')::int not between 1 and 30 then
    perform core.raise_error(422, 'invalid_input', 'A timeout is 1 to 30 seconds.', '{"field": "timeout_seconds"}');
  end if;
  return (seconds #>> '{}')::int;
end;
$$;
comment on function core.check_webhook_timeout(jsonb) is 'The seconds, or null where none are given; PT422 invalid_input.';

create function core.audited_webhook(endpoint public.webhook_endpoints) returns jsonb
language sql stable
set search_path = ''
as $$ select to_jsonb(endpoint) || jsonb_build_object('url', regexp_replace((endpoint).url, '\?.*$', '?…')) $$;
comment on function core.audited_webhook(public.webhook_endpoints) is 'For the audit log, without a query that may hold a token.';

create function core.create_webhook(organization_id uuid, webhook jsonb, idempotency_key text default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  scope uuid := coalesce(organization_id, core.nil_uuid());
  answer jsonb;
  made uuid;
  created public.webhook_endpoints;
  secret core.webhook_secrets;
begin
  if organization_id is null then
    perform core.require_service();
  else
    perform core.require(organization_id, 'subscriptions.manage');
  end if;
  answer := core.recall('create_webhook', scope, idempotency_key, webhook);
  if answer is not null then
    -- The answer is kept without the secret, which is in Vault alone.
    return answer || jsonb_build_object('secret', core.webhook_secret((answer -> 'secrets' -> 0 ->> 'secret_id')::uuid));
  end if;
  perform core.refuse_unknown_keys(webhook, array['name', 'types', 'members', 'max_attempts', 'url', 'timeout_seconds']);
  perform core.check_outbound_url(webhook ->> 'url');

  made := (core.create_subscription(organization_id, webhook - array['url', 'timeout_seconds'], null, 'webhook') ->> 'id')::uuid;
  insert into public.webhook_endpoints (subscription_id, organization_id, url, timeout_seconds)
  values (made, organization_id, webhook ->> 'url', coalesce(core.check_webhook_timeout(webhook -> 'timeout_seconds'), 15))
  returning * into created;
  secret := core.add_webhook_secret(made);

  perform core.append_event(organization_id, 'subscription', made, 'webhook.created', '{}');
  perform core.audit(organization_id, 'webhook.create', 'webhook', made, null, core.audited_webhook(created));
  answer := core.keep('create_webhook', scope, idempotency_key, core.webhook_document(made));
  return answer || jsonb_build_object('secret', core.webhook_secret(secret.secret_id));
end;
$$;
comment on function core.create_webhook(uuid, jsonb, text) is 'See public.create_webhook.';
grant execute on function core.create_webhook(uuid, jsonb, text) to authenticated, service_role;

create function core.update_webhook(webhook_id uuid, changes jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  old_row public.webhook_endpoints := core.webhook_for(webhook_id);
  new_row public.webhook_endpoints;
  of_subscription jsonb;
begin
  perform core.refuse_unknown_keys(changes,
    array['name', 'types', 'members', 'max_attempts', 'url', 'timeout_seconds', 'status']);
  -- As when it was made: who reads no events has them sent nowhere.
  if changes ? 'url' then
    perform core.require(old_row.organization_id, 'events.read');
  end if;
  perform core.lock_stream(webhook_id);
  select w.* into old_row from public.webhook_endpoints w where w.subscription_id = webhook_id;
  if changes ? 'url' then
    perform core.check_outbound_url(changes ->> 'url');
  end if;
  if changes ? 'status' and coalesce(changes ->> 'status', '') not in ('active', 'paused') then
    perform core.raise_error(422, 'invalid_input', 'Set the status to active or paused.', '{"field": "status"}');
  end if;
  of_subscription := changes - array['url', 'timeout_seconds', 'status'];
  if of_subscription <> '{}' then
    perform core.update_subscription(webhook_id, of_subscription);
  end if;

  perform from core.lanes l where l.subscription_id = webhook_id order by l.member for update;
  if changes ->> 'url' <> old_row.url then
    delete from core.breakers b where b.name = 'webhook:' || webhook_id;
  end if;
  update public.webhook_endpoints w set
    url = coalesce(changes ->> 'url', w.url),
    timeout_seconds = coalesce(core.check_webhook_timeout(changes -> 'timeout_seconds'), w.timeout_seconds)
  where w.subscription_id = webhook_id
  returning w.* into new_row;
  if new_row is distinct from old_row then
    update public.webhook_endpoints w set
      failing_since = case when new_row.url = old_row.url then w.failing_since end,
      updated_at = now()
    where w.subscription_id = webhook_id;
    perform core.append_event(old_row.organization_id, 'subscription', webhook_id, 'webhook.updated',
      jsonb_build_object('url_changed', new_row.url <> old_row.url));
    perform core.audit(old_row.organization_id, 'webhook.update', 'webhook', webhook_id,
      core.audited_webhook(old_row), core.audited_webhook(new_row));
  end if;
  -- Last, so that what is resumed is delivered to the new address.
  if changes ->> 'status' = 'active' then
    perform core.resume_subscription(webhook_id);
  elsif changes ->> 'status' = 'paused' then
    perform core.pause_subscription(webhook_id);
  end if;
  return core.webhook_document(webhook_id);
end;
$$;
comment on function core.update_webhook(uuid, jsonb) is 'See public.update_webhook.';
grant execute on function core.update_webhook(uuid, jsonb) to authenticated, service_role;

create function core.delete_webhook(webhook_id uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  endpoint public.webhook_endpoints := core.webhook_for(webhook_id);
begin
  perform core.audit(endpoint.organization_id, 'webhook.delete', 'webhook', webhook_id, core.audited_webhook(endpoint), null);
  perform core.delete_subscription(webhook_id);
end;
$$;
comment on function core.delete_webhook(uuid) is 'See public.delete_webhook.';
grant execute on function core.delete_webhook(uuid) to authenticated, service_role;

create function core.rotate_webhook_secret(webhook_id uuid, overlap_hours int default 24, idempotency_key text default null)
returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  endpoint public.webhook_endpoints := core.webhook_for(webhook_id);
  answer jsonb;
  secret core.webhook_secrets;
begin
  answer := core.recall('rotate_webhook_secret', webhook_id, idempotency_key, jsonb_build_object('overlap_hours', overlap_hours));
  if answer is not null then
    return answer || jsonb_build_object('secret', core.webhook_secret((answer -> 'secrets' -> 0 ->> 'secret_id')::uuid));
  end if;
  if coalesce(overlap_hours, -1) not between 0 and 168 then
    perform core.raise_error(422, 'invalid_input', 'The secrets overlap for 0 to 168 hours.', '{"field": "overlap_hours"}');
  end if;
  perform core.lock_stream(webhook_id);
  -- Five of them would sign each delivery five times: the oldest go.
  delete from core.webhook_secrets w
  where w.subscription_id = webhook_id
    and (overlap_hours = 0 or w.expires_at <= now() or w.secret_id not in (
      select k.secret_id from core.webhook_secrets k where k.subscription_id = webhook_id
      order by k.created_at desc, k.secret_id desc limit 3));
  update core.webhook_secrets w set expires_at = now() + make_interval(hours => overlap_hours)
  where w.subscription_id = webhook_id and w.expires_at is null;
  secret := core.add_webhook_secret(webhook_id);

  perform core.append_event(endpoint.organization_id, 'subscription', webhook_id, 'webhook.secret_rotated',
    jsonb_build_object('overlap_hours', overlap_hours));
  perform core.audit(endpoint.organization_id, 'webhook.rotate_secret', 'webhook', webhook_id, null,
    jsonb_build_object('overlap_hours', overlap_hours, 'secret_id', secret.secret_id));
  answer := core.keep('rotate_webhook_secret', webhook_id, idempotency_key, core.webhook_document(webhook_id));
  return answer || jsonb_build_object('secret', core.webhook_secret(secret.secret_id));
end;
$$;
comment on function core.rotate_webhook_secret(uuid, int, text) is 'See public.rotate_webhook_secret.';
grant execute on function core.rotate_webhook_secret(uuid, int, text) to authenticated, service_role;
