-- Inviting people into an organization, and accepting.
--
-- The token is told once, to the inviter, who sends it; the database keeps its sha256. It is no use to anyone but the
-- verified owner of the invited e-mail address.

create function core.revoke_invitations_above(organization_id uuid, user_id uuid) returns void
language sql volatile
set search_path = ''
as $$
  update public.invitations i set revoked_at = now()
  where i.organization_id = revoke_invitations_above.organization_id
    and i.invited_by = revoke_invitations_above.user_id
    and i.accepted_at is null
    and i.revoked_at is null
    and not exists (
      select from public.memberships m
      join public.role_permissions rp on rp.role = m.role and rp.permission = 'members.manage'
      join public.roles mine on mine.name = m.role
      join public.roles offered on offered.name = i.role and offered.rank <= mine.rank
      where m.organization_id = i.organization_id and m.user_id = i.invited_by
    )
$$;
comment on function core.revoke_invitations_above(uuid, uuid) is
  'Takes back the open invitations that this user could no longer make: nobody invites themselves back in.';

create function core.revoke_their_invitations() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  update public.invitations i set revoked_at = now()
  where i.invited_by = old.id and i.accepted_at is null and i.revoked_at is null;
  return old;
end;
$$;
comment on function core.revoke_their_invitations() is 'Takes back the open invitations of an account that is deleted.';
create trigger revoke_their_invitations before delete on public.profiles
  for each row execute function core.revoke_their_invitations();

create function core.invite_member(
  organization_id uuid,
  email text,
  role text,
  idempotency_key text default null
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  address text := lower(btrim(email));
  token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  answer jsonb;
  created public.invitations;
begin
  perform core.require(organization_id, 'members.manage');
  answer := core.recall('invite_member', organization_id, idempotency_key, jsonb_build_object('email', address, 'role', role));
  if answer is not null then
    return answer;
  end if;
  perform core.lock_stream(organization_id);
  perform core.require_rank(organization_id, role);
  if address is null or address !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' or length(address) > 320 then
    perform core.raise_error(422, 'invalid_input', 'This is no e-mail address.', '{"field": "email"}');
  end if;

  update public.invitations i set revoked_at = now()
  where i.organization_id = invite_member.organization_id
    and i.email = address
    and i.accepted_at is null
    and i.revoked_at is null;
  insert into public.invitations (organization_id, email, role, invited_by)
  values (organization_id, address, role, (select p.id from public.profiles p where p.id = auth.uid()))
  returning * into created;
  insert into core.invitation_tokens (invitation_id, token_hash) values (created.id, sha256(convert_to(token, 'UTF8')));

  perform core.append_event(organization_id, 'organization', organization_id, 'member.invited',
    jsonb_build_object('invitation_id', created.id, 'role', role));
  perform core.audit(organization_id, 'member.invite', 'invitation', created.id, null, to_jsonb(created));
  return core.keep('invite_member', organization_id, idempotency_key,
    to_jsonb(created) || jsonb_build_object('token', token));
end;
$$;
comment on function core.invite_member(uuid, text, text, text) is
  'Offers membership to an e-mail address and takes back an earlier open offer to it; the answer holds the token, once.';
grant execute on function core.invite_member(uuid, text, text, text) to authenticated, service_role;

create function core.revoke_invitation(invitation_id uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  select i.* into invitation from public.invitations i where i.id = invitation_id;
  if invitation.id is null or not core.has_permission(invitation.organization_id, 'members.manage') then
    perform core.raise_error(404, 'not_found', 'There is no such invitation.');
  end if;
  perform core.lock_stream(invitation.organization_id);
  update public.invitations i set revoked_at = now()
  where i.id = invitation_id and i.accepted_at is null and i.revoked_at is null;
  if not found then
    perform core.raise_error(409, 'invitation_closed', 'This invitation was accepted or revoked before.');
  end if;
  perform core.append_event(invitation.organization_id, 'organization', invitation.organization_id, 'member.invitation_revoked',
    jsonb_build_object('invitation_id', invitation.id));
  perform core.audit(invitation.organization_id, 'member.revoke_invitation', 'invitation', invitation.id,
    to_jsonb(invitation), null);
end;
$$;
comment on function core.revoke_invitation(uuid) is 'Takes an open invitation back.';
grant execute on function core.revoke_invitation(uuid) to authenticated, service_role;

create function core.accept_invitation(token text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  me uuid := auth.uid();
  my_email text;
  invitation public.invitations;
  old_row public.memberships;
  new_row public.memberships;
begin
  if me is null then
    perform core.raise_error(401, 'not_authenticated', 'Sign in with the invited e-mail address first.');
  end if;
  select i.* into invitation
  from core.invitation_tokens t
  join public.invitations i on i.id = t.invitation_id
  where t.token_hash = sha256(convert_to(accept_invitation.token, 'UTF8'));
  if invitation.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such invitation.');
  end if;
  select lower(u.email) into my_email from auth.users u where u.id = me and u.email_confirmed_at is not null;
  if my_email is distinct from invitation.email then
    perform core.raise_error(403, 'invitation_for_another_email',
      'This invitation is for another e-mail address, or yours is not verified yet.');
  end if;

  perform core.lock_stream(invitation.organization_id);
  update public.invitations i set accepted_at = now()
  where i.id = invitation.id and i.accepted_at is null and i.revoked_at is null and i.expires_at > now();
  if not found then
    perform core.raise_error(409, 'invitation_closed', 'This invitation was used, taken back or has expired. Ask for a new one.');
  end if;

  perform core.ensure_profile(me);
  select m.* into old_row from public.memberships m where m.organization_id = invitation.organization_id and m.user_id = me;
  insert into public.memberships as m (organization_id, user_id, role)
  values (invitation.organization_id, me, invitation.role)
  on conflict (organization_id, user_id) do update set
    -- an invitation lifts a member, it never lowers one
    role = case
      when (select r.rank from public.roles r where r.name = excluded.role)
        > (select r.rank from public.roles r where r.name = m.role)
      then excluded.role
      else m.role
    end,
    updated_at = now()
  returning * into new_row;

  perform core.append_event(invitation.organization_id, 'organization', invitation.organization_id, 'member.joined',
    jsonb_build_object('user_id', me, 'role', new_row.role, 'invitation_id', invitation.id));
  perform core.audit(invitation.organization_id, 'member.accept_invitation', 'membership', me,
    to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.accept_invitation(text) is
  'Makes the caller a member, if the invitation is open and for their verified e-mail address.';
grant execute on function core.accept_invitation(text) to authenticated;
