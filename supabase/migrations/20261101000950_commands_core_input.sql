-- Core, helpers of commands: who may know that a thing exists, the shape of JSON input, signed links for guests.

create function core.is_member_or_service(organization_id uuid)
returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return core.is_service() or core.is_super_admin() or exists (
    select from public.memberships m
    where m.organization_id = is_member_or_service.organization_id and m.user_id = (select auth.uid()))
    or auth.uid() is null
      and coalesce((select c.organization_id = is_member_or_service.organization_id from core.acting_credential() c), false);
end $$;
comment on function core.is_member_or_service(uuid) is
  'Whether the caller belongs to the organization at all: a member, or an API key or service''s token of it. To anyone else its private things do not exist.';

create function core.refuse_unknown_keys(changes jsonb, allowed text[])
returns void
language plpgsql immutable set search_path = '' as $$
declare
  unknown text;
begin
  if changes is null or jsonb_typeof(changes) <> 'object' then
    perform core.raise_error(422, 'invalid_input', 'Send the fields to change as an object.');
  end if;
  select k into unknown from jsonb_object_keys(changes) k where k <> all (allowed) order by k limit 1;
  if unknown is not null then
    perform core.raise_error(422, 'invalid_input', format('%s is not a field that can be set here.', unknown),
      jsonb_build_object('field', unknown));
  end if;
end $$;
comment on function core.refuse_unknown_keys(jsonb, text[]) is 'PT422 invalid_input unless `changes` is an object with allowed keys only: a misspelt field must not be ignored.';

create function core.require_array(value jsonb, field text, maximum integer)
returns void
language plpgsql immutable set search_path = '' as $$
begin
  if value is null or jsonb_typeof(value) <> 'array' or jsonb_array_length(value) > maximum then
    perform core.raise_error(422, 'invalid_input', format('%s must be a list of at most %s entries.', field, maximum),
      jsonb_build_object('field', field));
  end if;
end $$;
comment on function core.require_array(jsonb, text, integer) is 'PT422 invalid_input unless the value is an array of at most `maximum` entries.';

-- A signature, not a stored random token: the same link can be put into every later message, and nothing worth stealing
-- is kept in the table. Changing the Vault secret guest_link_key revokes all links.
create function core.link_signature(subject_type text, subject_id uuid)
returns bytea
language sql stable security definer set search_path = '' as $$
  select extensions.hmac(convert_to(subject_type || ':' || subject_id, 'UTF8'), convert_to(core.secret('guest_link_key'), 'UTF8'), 'sha256')
$$;
comment on function core.link_signature(text, uuid) is 'HMAC-SHA256 of a subject under the Vault secret guest_link_key.';

create function core.link_token(subject_type text, subject_id uuid)
returns text
language sql stable set search_path = '' as $$
  select subject_id || '.' || rtrim(translate(encode(core.link_signature(subject_type, subject_id), 'base64'), E'+/\n', '-_'), '=')
$$;
comment on function core.link_token(text, uuid) is 'The token of a guest''s link to one thing: <id>.<signature, base64url>.';

create function core.verify_link_token(subject_type text, subject_id uuid, token text)
returns void
language plpgsql stable set search_path = '' as $$
begin
  -- Digests are compared, so that the time taken tells nothing of the signature.
  if extensions.digest(coalesce(token, ''), 'sha256')
    is distinct from extensions.digest(coalesce(core.link_token(subject_type, subject_id), gen_random_uuid()::text), 'sha256') then
    perform core.raise_error(401, 'invalid_manage_token', 'This link is not valid for this booking.');
  end if;
end $$;
comment on function core.verify_link_token(text, uuid, text) is 'PT401 invalid_manage_token unless the token is the link of this very thing.';
