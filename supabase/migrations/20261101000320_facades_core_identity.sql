-- What a client can call of the commands on organizations, members and profiles.

create function public.create_organization(
  name text,
  slug text,
  kind text,
  time_zone text,
  region text default null,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.create_organization(name, slug, kind, time_zone, region, idempotency_key) $$;
comment on function public.create_organization(text, text, text, text, text, text) is
  'Founds an organization and makes the caller its owner. 409 slug_taken, 422 invalid_input.';
grant execute on function public.create_organization(text, text, text, text, text, text) to authenticated, service_role;

create function public.update_organization(
  organization_id uuid,
  name text default null,
  slug text default null,
  kind text default null,
  time_zone text default null,
  region text default null,
  listed boolean default null,
  settings jsonb default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.update_organization(organization_id, name, slug, kind, time_zone, region, listed, settings) $$;
comment on function public.update_organization(uuid, text, text, text, text, text, boolean, jsonb) is
  'Changes what is given of an organization; needs organization.manage.';
grant execute on function public.update_organization(uuid, text, text, text, text, text, boolean, jsonb) to authenticated, service_role;

create function public.invite_member(
  organization_id uuid,
  email text,
  role text,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.invite_member(organization_id, email, role, idempotency_key) $$;
comment on function public.invite_member(uuid, text, text, text) is
  'Invites an e-mail address; the answer holds the token, which is told only here. Needs members.manage. 403 role_outranks_yours.';
grant execute on function public.invite_member(uuid, text, text, text) to authenticated, service_role;

create function public.revoke_invitation(invitation_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.revoke_invitation(invitation_id) $$;
comment on function public.revoke_invitation(uuid) is
  'Takes an open invitation back; needs members.manage. 409 invitation_closed.';
grant execute on function public.revoke_invitation(uuid) to authenticated, service_role;

create function public.accept_invitation(token text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.accept_invitation(token) $$;
comment on function public.accept_invitation(text) is
  'Makes the caller a member. 403 invitation_for_another_email, 409 invitation_closed.';
grant execute on function public.accept_invitation(text) to authenticated;

create function public.set_member_role(organization_id uuid, user_id uuid, role text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.set_member_role(organization_id, user_id, role) $$;
comment on function public.set_member_role(uuid, uuid, text) is
  'Gives a member another role; needs members.manage. 403 role_outranks_yours, 409 last_owner.';
grant execute on function public.set_member_role(uuid, uuid, text) to authenticated, service_role;

create function public.remove_member(organization_id uuid, user_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.remove_member(organization_id, user_id) $$;
comment on function public.remove_member(uuid, uuid) is
  'Removes a member (needs members.manage), or lets the caller leave. 409 last_owner.';
grant execute on function public.remove_member(uuid, uuid) to authenticated, service_role;

create function public.update_profile(
  display_name text default null,
  phone text default null,
  locale text default null,
  time_zone text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.update_profile(display_name, phone, locale, time_zone) $$;
comment on function public.update_profile(text, text, text, text) is 'Changes what is given of the caller''s profile.';
grant execute on function public.update_profile(text, text, text, text) to authenticated;
