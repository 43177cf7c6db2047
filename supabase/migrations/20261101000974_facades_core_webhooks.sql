-- What a client can call of webhooks, and what a worker can.

create function public.create_webhook(organization_id uuid, webhook jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.create_webhook(organization_id, webhook, idempotency_key) $$;
comment on function public.create_webhook(uuid, jsonb, text) is
  'Delivers events to `url` from now on: `name`, `types`, `members`, `max_attempts` as of a subscription, `timeout_seconds`. The '
  'answer holds the secret, once. Needs subscriptions.manage and events.read. 422 url_refused, 409 subscription_exists.';
grant execute on function public.create_webhook(uuid, jsonb, text) to authenticated, service_role;

create function public.update_webhook(webhook_id uuid, changes jsonb) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.update_webhook(webhook_id, changes) $$;
comment on function public.update_webhook(uuid, jsonb) is
  'Changes what is given of a webhook; `status` active or paused resumes or pauses it. Needs subscriptions.manage, for url and types events.read too. 422 url_refused.';
grant execute on function public.update_webhook(uuid, jsonb) to authenticated, service_role;

create function public.delete_webhook(webhook_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.delete_webhook(webhook_id) $$;
comment on function public.delete_webhook(uuid) is
  'Deletes a webhook, its secrets and all that it had not delivered; needs subscriptions.manage.';
grant execute on function public.delete_webhook(uuid) to authenticated, service_role;

create function public.get_webhook(webhook_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.get_webhook(webhook_id) $$;
comment on function public.get_webhook(uuid) is 'A webhook and how it stands; needs subscriptions.manage.';
grant execute on function public.get_webhook(uuid) to authenticated, service_role;

create function public.list_webhooks(organization_id uuid) returns setof jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.list_webhooks(organization_id) $$;
comment on function public.list_webhooks(uuid) is
  'The webhooks of an organization, 100 at most; needs subscriptions.manage. Null: the operator''s own, for a secret key.';
grant execute on function public.list_webhooks(uuid) to authenticated, service_role;

create function public.rotate_webhook_secret(webhook_id uuid, overlap_hours int default 24, idempotency_key text default null)
returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.rotate_webhook_secret(webhook_id, overlap_hours, idempotency_key) $$;
comment on function public.rotate_webhook_secret(uuid, int, text) is
  'Makes a new secret, told once; for `overlap_hours` each delivery is signed with both. 0 ends the old ones at once.';
grant execute on function public.rotate_webhook_secret(uuid, int, text) to authenticated, service_role;

create function public.ping_webhook(webhook_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.ping_webhook(webhook_id) $$;
comment on function public.ping_webhook(uuid) is
  'The event of a test, for the function to send; needs subscriptions.manage. 429 too_many_tests.';
grant execute on function public.ping_webhook(uuid) to authenticated, service_role;

-- workers ------------------------------------------------------------------------------------------------------------

create function public.webhook_test_target(webhook_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.webhook_test_target(webhook_id) $$;
comment on function public.webhook_test_target(uuid) is 'For workers: where a test goes, and the secrets to sign it with.';
grant execute on function public.webhook_test_target(uuid) to service_role;

create function public.log_webhook_test(webhook_id uuid, event_id uuid, status int, latency_ms int, error text) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.log_webhook_test(webhook_id, event_id, status, latency_ms, error) $$;
comment on function public.log_webhook_test(uuid, uuid, int, int, text) is 'For workers: how a test went.';
grant execute on function public.log_webhook_test(uuid, uuid, int, int, text) to service_role;

create function public.claim_webhooks(
  worker_id uuid,
  room int,
  suspects_room int,
  max_events int default 20,
  lease_seconds int default 60
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.claim_webhooks(worker_id, room, suspects_room, max_events, lease_seconds) $$;
comment on function public.claim_webhooks(uuid, int, int, int, int) is
  'For workers: leases due lanes, each with its next events, where to send them and the secrets to sign with. Of endpoints that '
  'failed the last time at most `suspects_room`.';
grant execute on function public.claim_webhooks(uuid, int, int, int, int) to service_role;

create function public.settle_webhooks(
  webhook_id uuid,
  lease_token uuid,
  outcomes jsonb,
  and_then text default 'hold',
  max_events int default 20,
  lease_seconds int default 60
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.settle_webhooks(webhook_id, lease_token, outcomes, and_then, max_events, lease_seconds) $$;
comment on function public.settle_webhooks(uuid, uuid, jsonb, text, int, int) is
  'For workers: notes how deliveries went, and holds the rest of the claim (`hold`), gives it back (`release`) or takes the lane''s '
  '`next`. `stop`: send no more of it; `parked`: nor these. 409 lease_lost.';
grant execute on function public.settle_webhooks(uuid, uuid, jsonb, text, int, int) to service_role;

create function public.leave_webhooks(worker_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.leave_webhooks(worker_id) $$;
comment on function public.leave_webhooks(uuid) is 'For workers: this run ends.';
grant execute on function public.leave_webhooks(uuid) to service_role;
