-- What people and workers call of sagas.

create function public.list_sagas(
  organization_id uuid,
  status text default null,
  name text default null,
  before_time timestamptz default null,
  before_id uuid default null,
  max_sagas int default 50
) returns setof jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.list_sagas(organization_id, status, name, before_time, before_id, max_sagas) $$;
comment on function public.list_sagas(uuid, text, text, timestamptz, uuid, int) is
  'The sagas of an organization, newest first: all for members with organization.manage, their own for others.';
grant execute on function public.list_sagas(uuid, text, text, timestamptz, uuid, int) to authenticated, service_role;

create function public.get_saga(saga_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.get_saga(saga_id) $$;
comment on function public.get_saga(uuid) is
  'A saga with its steps: what went in, what came out, how often each was tried. For members with organization.manage, and who '
  'started it. PT404.';
grant execute on function public.get_saga(uuid) to authenticated, service_role;

create function public.cancel_saga(saga_id uuid, reason text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.cancel_saga(saga_id, reason) $$;
comment on function public.cancel_saga(uuid, text) is
  'Undoes a saga that is under way, once the step in hand has ended. For whoever may see it. PT409 saga_not_running {saga_status}.';
grant execute on function public.cancel_saga(uuid, text) to authenticated, service_role;

create function public.resume_saga(saga_id uuid, decision text, reason text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.resume_saga(saga_id, decision, reason) $$;
comment on function public.resume_saga(uuid, text, text) is
  'Takes a parked saga up again: `retry` its step, or `skip` it because a person has seen to it. Needs organization.manage; the '
  'reason is kept in the audit. PT409 saga_not_parked {saga_status}.';
grant execute on function public.resume_saga(uuid, text, text) to authenticated, service_role;

create function public.start_saga(
  organization_id uuid,
  name text,
  input jsonb default '{}',
  subject_type text default null,
  subject_id uuid default null,
  idempotency_key text default null,
  queue text default 'platform'
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.start_saga(organization_id, name, input, subject_type, subject_id, idempotency_key, queue) $$;
comment on function public.start_saga(uuid, text, jsonb, text, uuid, text, text) is
  'For services: starts a saga; the same key is the same saga, for good. Users start one by a command that checks what they may.';
grant execute on function public.start_saga(uuid, text, jsonb, text, uuid, text, text) to service_role;

create function public.claim_saga(saga_id uuid, turn bigint) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.claim_saga(saga_id, turn) $$;
comment on function public.claim_saga(uuid, bigint) is
  'For workers: the step to run now, leased to one of them; null where there is nothing to do (any more, or yet).';
grant execute on function public.claim_saga(uuid, bigint) to service_role;

create function public.plan_saga(saga_id uuid, lease_token uuid, version int, steps jsonb) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.plan_saga(saga_id, lease_token, version, steps) $$;
comment on function public.plan_saga(uuid, uuid, int, jsonb) is
  'For workers: fixes the definition''s version and the steps of a saga that begins, and claims the first.';
grant execute on function public.plan_saga(uuid, uuid, int, jsonb) to service_role;

create function public.record_saga_step(saga_id uuid, lease_token uuid, output jsonb default null, more boolean default false)
returns text
language sql volatile security invoker
set search_path = ''
as $$ select core.record_saga_step(saga_id, lease_token, output, more) $$;
comment on function public.record_saga_step(uuid, uuid, jsonb, boolean) is
  'For workers: the step in hand is done, or undone, with its output; or (more) a slice of it, with how far it got. Returns the '
  'saga''s status. PT409 lease_lost.';
grant execute on function public.record_saga_step(uuid, uuid, jsonb, boolean) to service_role;

create function public.fail_saga_step(saga_id uuid, lease_token uuid, error jsonb, final boolean default false) returns text
language sql volatile security invoker
set search_path = ''
as $$ select core.fail_saga_step(saga_id, lease_token, error, final) $$;
comment on function public.fail_saga_step(uuid, uuid, jsonb, boolean) is
  'For workers: an attempt failed, for {code, message}. It is tried again later; after the last attempt, or a final error, the '
  'saga is undone; a compensation that fails to the last parks it. Returns the saga''s status. PT409 lease_lost.';
grant execute on function public.fail_saga_step(uuid, uuid, jsonb, boolean) to service_role;

create function public.give_up_saga(saga_id uuid, lease_token uuid, error jsonb) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.give_up_saga(saga_id, lease_token, error) $$;
comment on function public.give_up_saga(uuid, uuid, jsonb) is
  'For workers: parks a saga that none here can advance, for {code, message}, until a person resumes it. PT409 lease_lost.';
grant execute on function public.give_up_saga(uuid, uuid, jsonb) to service_role;
