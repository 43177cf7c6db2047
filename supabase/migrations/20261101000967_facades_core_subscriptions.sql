-- What a client can call of subscriptions.

create function core.create_pull_subscription(organization_id uuid, subscription jsonb, idempotency_key text default null) returns jsonb
language sql volatile security definer
set search_path = ''
as $$ select core.create_subscription(organization_id, subscription, idempotency_key, 'pull') $$;
comment on function core.create_pull_subscription(uuid, jsonb, text) is 'The command, for clients: webhooks are made with their endpoint.';
grant execute on function core.create_pull_subscription(uuid, jsonb, text) to authenticated, service_role;

create function public.create_subscription(organization_id uuid, subscription jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.create_pull_subscription(organization_id, subscription, idempotency_key) $$;
comment on function public.create_subscription(uuid, jsonb, text) is
  'Subscribes to events from now on: `name`, `types` (appointment.booked, appointment.*, *), `members` (1 to 64 lanes), '
  '`max_attempts`. Needs subscriptions.manage and events.read; without an organization a secret key. 409 subscription_exists, '
  'too_many_subscriptions.';
grant execute on function public.create_subscription(uuid, jsonb, text) to authenticated, service_role;

create function public.update_subscription(subscription_id uuid, changes jsonb) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.update_subscription(subscription_id, changes) $$;
comment on function public.update_subscription(uuid, jsonb) is
  'Changes the name, types, members or max_attempts of a subscription; needs subscriptions.manage, for types events.read too. '
  'Another number of members: 409 subscription_leased while a claim is out, 409 lanes_apart.';
grant execute on function public.update_subscription(uuid, jsonb) to authenticated, service_role;

create function public.pause_subscription(subscription_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.pause_subscription(subscription_id) $$;
comment on function public.pause_subscription(uuid) is
  'Hands out nothing more; what is claimed may still be acknowledged. Needs subscriptions.manage.';
grant execute on function public.pause_subscription(uuid) to authenticated, service_role;

create function public.resume_subscription(subscription_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.resume_subscription(subscription_id) $$;
comment on function public.resume_subscription(uuid) is
  'Delivers again from where it stopped; `missed` is what the log has forgotten meanwhile. Needs subscriptions.manage.';
grant execute on function public.resume_subscription(uuid) to authenticated, service_role;

create function public.delete_subscription(subscription_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.delete_subscription(subscription_id) $$;
comment on function public.delete_subscription(uuid) is
  'Deletes a subscription with all that it had not delivered; needs subscriptions.manage.';
grant execute on function public.delete_subscription(uuid) to authenticated, service_role;

create function core.get_subscription(subscription_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$ begin return core.subscription_document(core.subscription_for(subscription_id, 'events.read')); end $$;
comment on function core.get_subscription(uuid) is 'See public.get_subscription.';
grant execute on function core.get_subscription(uuid) to authenticated, service_role;

create function public.get_subscription(subscription_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.get_subscription(subscription_id) $$;
comment on function public.get_subscription(uuid) is 'A subscription; needs events.read.';
grant execute on function public.get_subscription(uuid) to authenticated, service_role;

create function core.list_subscriptions(organization_id uuid) returns setof jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if organization_id is null then
    perform core.require_service();
  else
    perform core.require_in(organization_id, 'events.read');
  end if;
  return query
  select core.subscription_document(s) from public.subscriptions s
  where s.organization_id is not distinct from list_subscriptions.organization_id
  order by s.name;
end;
$$;
comment on function core.list_subscriptions(uuid) is 'See public.list_subscriptions.';
grant execute on function core.list_subscriptions(uuid) to authenticated, service_role;

create function public.list_subscriptions(organization_id uuid) returns setof jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.list_subscriptions(organization_id) $$;
comment on function public.list_subscriptions(uuid) is
  'The subscriptions of an organization, 100 at most; needs events.read. Null: the operator''s own, for a secret key.';
grant execute on function public.list_subscriptions(uuid) to authenticated, service_role;

-- delivery -----------------------------------------------------------------------------------------------------------

create function public.claim_events(
  subscription_id uuid,
  member int default null,
  max_events int default 100,
  lease_seconds int default 60
) returns json
language plpgsql volatile security invoker
set search_path = ''
as $$ begin return core.pull_events(subscription_id, member, max_events, lease_seconds); end $$;
comment on function public.claim_events(uuid, int, int, int) is
  'Leases the next events of a member, or of any that is free: `lease_token`, `leased_until`, `events`. Needs events.read. '
  '409 subscription_not_active.';
grant execute on function public.claim_events(uuid, int, int, int) to authenticated, service_role;

create function public.ack_events(subscription_id uuid, lease_token uuid, event_ids uuid[] default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$ begin return core.ack_pulled(subscription_id, lease_token, event_ids); end $$;
comment on function public.ack_events(uuid, uuid, uuid[]) is
  'Ends the delivery of all of a claim, or of these events; `remaining` is what it still holds. 409 lease_lost.';
grant execute on function public.ack_events(uuid, uuid, uuid[]) to authenticated, service_role;

create function public.nack_events(
  subscription_id uuid,
  lease_token uuid,
  event_id uuid,
  error text default null,
  retry_after_seconds int default null,
  dead boolean default false
) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$ begin return core.nack_pulled(subscription_id, lease_token, event_id, error, retry_after_seconds, dead); end $$;
comment on function public.nack_events(uuid, uuid, uuid, text, int, boolean) is
  'Says that an event could not be handled: it comes again later, or is a dead letter. `parked`: later events of its aggregate, '
  'which the claim holds no more. 409 lease_lost.';
grant execute on function public.nack_events(uuid, uuid, uuid, text, int, boolean) to authenticated, service_role;

create function public.extend_events(subscription_id uuid, lease_token uuid, seconds int) returns timestamptz
language plpgsql volatile security invoker
set search_path = ''
as $$ begin return core.extend_pulled(subscription_id, lease_token, seconds); end $$;
comment on function public.extend_events(uuid, uuid, int) is 'Prolongs a claim, counted from now; its new end. 409 lease_lost.';
grant execute on function public.extend_events(uuid, uuid, int) to authenticated, service_role;

create function public.list_dead_letters(subscription_id uuid, before_id bigint default null, page_size int default 100)
returns table (id bigint, event jsonb, attempts int, last_error text, replayed boolean, dead_at timestamptz)
language sql stable security invoker
set search_path = ''
as $$ select * from core.dead_letters(subscription_id, before_id, page_size) $$;
comment on function public.list_dead_letters(uuid, bigint, int) is
  'Events that failed for good, the latest first, kept for 30 days; needs events.read.';
grant execute on function public.list_dead_letters(uuid, bigint, int) to authenticated, service_role;

create function public.redrive_dead_letters(subscription_id uuid, event_ids uuid[] default null, idempotency_key text default null)
returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.redrive_dead_letters(subscription_id, event_ids, idempotency_key) $$;
comment on function public.redrive_dead_letters(uuid, uuid[], text) is
  'Delivers dead letters anew, all or these, each with all its attempts; needs subscriptions.manage.';
grant execute on function public.redrive_dead_letters(uuid, uuid[], text) to authenticated, service_role;

create function public.replay_events(
  subscription_id uuid,
  starts_at timestamptz,
  ends_at timestamptz default null,
  types text[] default null,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.replay_events(subscription_id, starts_at, ends_at, types, idempotency_key) $$;
comment on function public.replay_events(uuid, timestamptz, timestamptz, text[], text) is
  'Delivers a range of the log once more, beside what is new and with the same event ids; needs subscriptions.manage.';
grant execute on function public.replay_events(uuid, timestamptz, timestamptz, text[], text) to authenticated, service_role;

create function public.subscription_stats(subscription_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.subscription_stats(subscription_id) $$;
comment on function public.subscription_stats(uuid) is
  'How a subscription stands: lag in events and seconds, members, redeliveries, dead letters, replays; needs events.read.';
grant execute on function public.subscription_stats(uuid) to authenticated, service_role;
