-- Subscriptions: who is given which events, at least once, in the order of each aggregate.
--
-- Nothing is written for an event that is delivered: a subscription has lanes (the members of its consumer group), and
-- a lane is a place in the log. A claim leases the lane and moves its place on; what the claim holds is `pending` until
-- it is acknowledged. Only an event that failed becomes a row, in core.redeliveries.
--
--   log --claim--> pending --ack--> (gone)
--                     |----nack--> waiting --claim, ack--> (gone)
--                     '--lease ends: claimed again         '--max_attempts--> dead --redrive--> waiting

insert into core.aggregate_types (aggregate_type, domain) values ('subscription', 'events');

create table public.subscriptions (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid references public.organizations (id) on delete cascade,
  name text not null,
  types text[] not null,
  patterns text[] not null generated always as (core.like_patterns(types)) stored,
  delivery text not null default 'pull',
  members int not null default 1,
  max_attempts int not null default 10,
  status text not null default 'active',
  status_reason text,
  missed_from timestamptz,
  missed_to timestamptz,
  missed_events bigint not null default 0,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_name_an_organization unique nulls not distinct (organization_id, name),
  constraint name_is_short_and_not_blank check (length(btrim(name)) between 1 and 100),
  constraint wants_something check (cardinality(types) between 1 and 100),
  constraint delivery_is_known check (delivery in ('pull', 'webhook')),
  constraint members_are_few check (members between 1 and 64),
  constraint attempts_have_an_end check (max_attempts between 1 and 100),
  constraint status_is_known check (status in ('active', 'paused', 'disabled', 'behind')),
  constraint status_reason_is_short check (length(status_reason) <= 500),
  constraint missed_has_both_ends check ((missed_from is null) = (missed_to is null) and (missed_from is null) = (missed_events = 0))
);
comment on table public.subscriptions is 'Who is given which events of an organization, at least once and in the order of each aggregate.';
comment on column public.subscriptions.organization_id is 'Null: the operator''s own, of all organizations and of none.';
comment on column public.subscriptions.types is 'Types (appointment.booked) or patterns (appointment.*, *).';
comment on column public.subscriptions.patterns is 'The same for LIKE.';
comment on column public.subscriptions.delivery is 'pull: whoever may claims; webhook: the platform sends.';
comment on column public.subscriptions.members is 'Lanes that can be worked side by side; an aggregate is always in the same one.';
comment on column public.subscriptions.max_attempts is 'Deliveries of one event, after which it is a dead letter.';
comment on column public.subscriptions.status is
  'paused: by a person; disabled: by the platform, its target fails; behind: it was not read for longer than the log is kept.';
comment on column public.subscriptions.missed_events is
  'What the log has forgotten before it was delivered, while the subscription was behind; told when it is resumed.';
comment on column public.subscriptions.created_by is 'The user or credential. No foreign key: it outlives them.';
alter table public.subscriptions enable row level security;
grant select on public.subscriptions to authenticated, service_role;
create policy "Those who read events or manage subscriptions see them" on public.subscriptions
  for select to authenticated using (
    organization_id in (select core.my_organization_ids('events.read'))
    or organization_id in (select core.my_organization_ids('subscriptions.manage'))
  );

create table core.lanes (
  subscription_id uuid not null references public.subscriptions (id) on delete cascade,
  member int not null,
  acked_tick_id bigint not null,
  tick_id bigint not null,
  to_tick_id bigint,
  position bigint not null default 0,
  end_position bigint,
  pending uuid[] not null default '{}',
  claimed int not null default 0,
  redelivering int not null default 0,
  attempts int not null default 0,
  lease_token uuid,
  leased_until timestamptz,
  claimed_at timestamptz not null default '-infinity',
  settled_token uuid,
  primary key (subscription_id, member),
  constraint member_counts_from_zero check (member >= 0),
  constraint lease_has_an_end check ((lease_token is null) = (leased_until is null)),
  constraint inside_a_batch_has_its_end check ((to_tick_id is null) = (end_position is null)),
  constraint claimed_is_pending check (claimed between 0 and cardinality(pending)),
  constraint a_lease_holds_something check (lease_token is null or claimed > 0 or redelivering > 0)
) with (fillfactor = 50);
comment on table core.lanes is 'A member of a subscription''s consumer group: its place in the log, and who works it now.';
comment on column core.lanes.acked_tick_id is 'All that this tick sees is delivered: the log may forget it.';
comment on column core.lanes.tick_id is 'All that this tick sees is delivered or pending.';
comment on column core.lanes.to_tick_id is 'The batch after tick_id ends with this tick and was read up to `position`; null: nothing of it was read.';
comment on column core.lanes.end_position is 'The last position of that batch.';
comment on column core.lanes.pending is 'Events that were claimed and not acknowledged, in order.';
comment on column core.lanes.claimed is 'How many of `pending`, from its beginning, the lease holds.';
comment on column core.lanes.redelivering is 'How many rows of core.redeliveries the lease holds.';
comment on column core.lanes.attempts is 'How often the beginning of `pending` was handed out.';
comment on column core.lanes.settled_token is 'The last lease that was acknowledged as a whole: saying so twice is no error.';
-- 16 bytes an event, random: compressing them is work for nothing
alter table core.lanes alter column pending set storage external;
alter table core.lanes enable row level security;

create table core.replays (
  id bigint generated always as identity primary key,
  subscription_id uuid not null references public.subscriptions (id) on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  types text[] not null,
  patterns text[] not null generated always as (core.like_patterns(types)) stored,
  position bigint not null default 0,
  sent bigint not null default 0,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint ends_after_start check (ends_at > starts_at)
);
comment on table core.replays is 'Ranges of the log that are delivered once more to one subscription, with the same event ids.';
comment on column core.replays.position is 'The last one that became a row of core.redeliveries.';
create index replays_open_idx on core.replays (subscription_id, id) where finished_at is null;
create index replays_subscription_idx on core.replays (subscription_id, created_at);
alter table core.replays enable row level security;

create table core.redeliveries (
  id bigint generated always as identity primary key,
  subscription_id uuid not null references public.subscriptions (id) on delete cascade,
  member int not null,
  event_id uuid not null,
  aggregate_id uuid not null,
  position bigint not null,
  replay_id bigint,
  replayed boolean not null generated always as (replay_id is not null) stored,
  event jsonb not null,
  attempts int not null default 0,
  run_at timestamptz not null,
  lease_token uuid,
  last_error text,
  created_at timestamptz not null default now(),
  dead_at timestamptz,
  constraint once_an_event unique nulls not distinct (subscription_id, event_id, replay_id),
  constraint dead_is_not_leased check (dead_at is null or lease_token is null)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
comment on table core.redeliveries is
  'Events that failed, and those of the same aggregate behind them; the dead among them for 30 days. Replays pass here too.';
comment on column core.redeliveries.replay_id is
  'Of what is replayed. No foreign key: a replay may be forgotten before its last dead letter.';
comment on column core.redeliveries.run_at is 'Not before this moment; infinity: an earlier one of its aggregate comes first.';
comment on column core.redeliveries.attempts is 'Counted at claim, so that an event which kills its worker dies too.';
create index redeliveries_due_idx on core.redeliveries (subscription_id, member, replayed, run_at) where dead_at is null;
create index redeliveries_leased_idx on core.redeliveries (subscription_id, lease_token) where lease_token is not null;
create index redeliveries_aggregate_idx on core.redeliveries (subscription_id, aggregate_id, position) where dead_at is null;
create index redeliveries_dead_idx on core.redeliveries (subscription_id, dead_at, id) where dead_at is not null;
alter table core.redeliveries enable row level security;
