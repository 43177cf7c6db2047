-- What a client can call of the commands on policies, and what the saga of a publication calls.

create function public.create_policy(
  organization_id uuid,
  title text,
  body text default null,
  effective_from timestamptz default null,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.create_policy(organization_id, title, body, effective_from, idempotency_key) $$;
comment on function public.create_policy(uuid, text, text, timestamptz, text) is
  'A new policy, as a draft; with a text, that is its first version. Needs policies.manage.';
grant execute on function public.create_policy(uuid, text, text, timestamptz, text) to authenticated, service_role;

create function public.save_policy_version(
  policy_id uuid,
  body text,
  effective_from timestamptz default null,
  expected_version bigint default null,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.save_policy_version(policy_id, body, effective_from, expected_version, idempotency_key) $$;
comment on function public.save_policy_version(uuid, text, timestamptz, bigint, text) is
  'Saves a text as the next version, not published yet; its number is latest_version of the answer. Needs policies.manage. PT409 '
  'version_conflict, publication_underway, policy_archived.';
grant execute on function public.save_policy_version(uuid, text, timestamptz, bigint, text) to authenticated, service_role;

create function public.publish_policy(
  policy_id uuid,
  number int default null,
  expected_version bigint default null,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.publish_policy(policy_id, number, expected_version, idempotency_key) $$;
comment on function public.publish_policy(uuid, int, bigint, text) is
  'Publishes a version (the latest unless said) and notifies every member: answers the saga that does it, wholly or not at all. '
  'Needs policies.manage. PT409 version_conflict, already_published, publication_underway {saga_id}, policy_archived.';
grant execute on function public.publish_policy(uuid, int, bigint, text) to authenticated, service_role;

create function public.withdraw_policy(policy_id uuid, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.withdraw_policy(policy_id, expected_version) $$;
comment on function public.withdraw_policy(uuid, bigint) is
  'Takes the current version back; the one published before holds again, if there was one. Needs policies.manage. PT409 '
  'not_published, version_conflict, publication_underway.';
grant execute on function public.withdraw_policy(uuid, bigint) to authenticated, service_role;

create function public.archive_policy(policy_id uuid, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.archive_policy(policy_id, expected_version) $$;
comment on function public.archive_policy(uuid, bigint) is
  'Ends a policy: it can be read and changes no more. Twice is once. Needs policies.manage.';
grant execute on function public.archive_policy(uuid, bigint) to authenticated, service_role;

create function public.reserve_policy_version(policy_id uuid, number int, publication_id uuid, idempotency_key text default null)
returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.reserve_policy_version(policy_id, number, publication_id, idempotency_key) $$;
comment on function public.reserve_policy_version(uuid, int, uuid, text) is
  'For the saga publish_policy: keeps the policy for one publication.';
grant execute on function public.reserve_policy_version(uuid, int, uuid, text) to service_role;

create function public.publish_policy_version(policy_id uuid, publication_id uuid, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.publish_policy_version(policy_id, publication_id, idempotency_key) $$;
comment on function public.publish_policy_version(uuid, uuid, text) is 'For the saga publish_policy: the reserved version holds.';
grant execute on function public.publish_policy_version(uuid, uuid, text) to service_role;

create function public.withdraw_publication(policy_id uuid, publication_id uuid, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.withdraw_publication(policy_id, publication_id, idempotency_key) $$;
comment on function public.withdraw_publication(uuid, uuid, text) is
  'For the saga publish_policy: undoes what this publication has published, if it has.';
grant execute on function public.withdraw_publication(uuid, uuid, text) to service_role;

create function public.announce_policy(policy_id uuid, publication_id uuid, members int, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.announce_policy(policy_id, publication_id, members, idempotency_key) $$;
comment on function public.announce_policy(uuid, uuid, int, text) is
  'For the saga publish_policy: tells consumers and screens that the version holds and its readers know.';
grant execute on function public.announce_policy(uuid, uuid, int, text) to service_role;

create function public.close_publication(policy_id uuid, publication_id uuid, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select documents.close_publication(policy_id, publication_id, idempotency_key) $$;
comment on function public.close_publication(uuid, uuid, text) is
  'For the saga publish_policy: the policy can be changed again. Twice is once.';
grant execute on function public.close_publication(uuid, uuid, text) to service_role;
