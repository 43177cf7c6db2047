-- The event log: heads of aggregates, events by month, ticks, consumers.
--
-- Positions are taken at insert and seen at commit, so «position > last» loses events. Readers go from tick to tick:
-- a tick is a snapshot of what had committed, a batch is what the next tick sees and this one did not.

-- what can have events -----------------------------------------------------------------------------------------------

create table core.aggregate_types (
  aggregate_type text primary key,
  domain text not null,
  constraint aggregate_type_is_a_noun check (aggregate_type ~ '^[a-z][a-z_]*$'),
  constraint domain_is_a_noun check (domain ~ '^[a-z][a-z_]*$')
);
comment on table core.aggregate_types is
  'The kinds of aggregates of Almanac''s own, and the domain on whose topic their hints go. Those of events that '
  'organizations publish are not here: their domain is `events`.';
alter table core.aggregate_types enable row level security;

insert into core.aggregate_types (aggregate_type, domain) values
  ('organization', 'organization'),
  ('profile', 'profile');

create table core.streams (
  aggregate_id uuid primary key,
  organization_id uuid,
  aggregate_type text not null,
  version bigint not null,
  constraint version_counts_from_one check (version >= 1)
) with (fillfactor = 70);
comment on table core.streams is 'The head of each aggregate: its version and its lock.';
comment on column core.streams.organization_id is
  'No foreign key: every command at once would share-lock the same row of organizations, for a truth the command knows.';
alter table core.streams enable row level security;

-- the log ------------------------------------------------------------------------------------------------------------

create table core.events (
  id uuid not null default core.uuid_v7(),
  position bigint generated always as identity,
  transaction_id xid8 not null default pg_current_xact_id(),
  organization_id uuid,
  aggregate_type text not null,
  aggregate_id uuid not null,
  version bigint not null,
  type text not null,
  type_version int not null default 1,
  source text,
  data jsonb not null,
  actor_id uuid,
  actor_kind text not null,
  correlation_id uuid not null,
  causation_id uuid,
  traceparent text,
  recorded_at timestamptz not null default now(),
  primary key (id, recorded_at),
  constraint type_is_noun_dot_verbed check (type ~ '^[a-z_]+\.[a-z_]+$')
) partition by range (recorded_at);
comment on table core.events is 'What happened: appended by commands, read by consumers from tick to tick.';
comment on column core.events.position is
  'Order within an aggregate and within a batch. Not a cursor: it is taken before the commit.';
comment on column core.events.transaction_id is 'Tells in which tick the event became visible.';
comment on column core.events.version is 'Version of the aggregate after the event.';
comment on column core.events.type_version is 'Version of the type''s schema in the catalogue.';
comment on column core.events.source is 'Name of the service that published it; null: Almanac''s own commands.';
comment on column core.events.actor_id is 'The user, or the credential (service token, API key) of actor_kind service or api_key.';
comment on column core.events.traceparent is 'W3C trace context of the request that led to it.';
comment on column core.events.correlation_id is
  'The request or workflow all of this belongs to; the event''s own id when it begins one.';
comment on column core.events.causation_id is 'The event or command that led to this one.';
-- The hash lets a subscription pass over what is of other organizations. By the column itself the planner, which knows
-- nothing of the range, may prefer to read all that the organization ever did.
create index events_transaction_idx on core.events (transaction_id, uuid_hash(organization_id));
create index events_aggregate_idx on core.events (aggregate_id, version);
create index events_organization_idx on core.events (organization_id, position);
-- A subscription's long batch, and a replay, are walked in order.
create index events_position_idx on core.events (position);
alter table core.events enable row level security;

create table core.events_default partition of core.events default;
alter table core.events_default enable row level security;
select core.ensure_month_partitions('core.events', 'core', 3);

-- readers ------------------------------------------------------------------------------------------------------------

create table core.ticks (
  id bigint generated always as identity primary key,
  snapshot pg_snapshot not null,
  position bigint not null default 0,
  transaction_id xid8 not null default pg_current_xact_id(),
  created_at timestamptz not null default clock_timestamp()
);
comment on table core.ticks is 'What had committed at successive moments.';
comment on column core.ticks.transaction_id is
  'The ticker''s own transaction: a snapshot may count it as finished, so its events are left to the next tick.';
comment on column core.ticks.position is
  'A transaction with a greater number than the ticker''s takes greater positions than this; 0: nothing is known.';
alter table core.ticks enable row level security;
insert into core.ticks (snapshot) values (pg_current_snapshot());

create table core.queues (
  name text primary key,
  function_name text not null,
  max_workers int not null default 2,
  posted_at timestamptz not null default '-infinity',
  claimed_at timestamptz not null default '-infinity',
  constraint name_is_a_noun check (name ~ '^[a-z][a-z_-]*$'),
  constraint function_name_is_a_url_segment check (function_name ~ '^[a-z0-9][a-z0-9-]*$'),
  constraint some_workers check (max_workers between 1 and 100)
);
comment on table core.queues is 'Queues of jobs, and the Edge Function that works each.';
comment on column core.queues.posted_at is 'When the function was last called for this queue.';
comment on column core.queues.claimed_at is 'The first claim after that call: the sign that it arrived.';
alter table core.queues enable row level security;

create function core.like_patterns(types text[]) returns text[]
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return array(select replace(replace(t.type, '_', '\_'), '*', '%') from unnest(types) with ordinality t (type, n) order by t.n);
end;
$$;
comment on function core.like_patterns(text[]) is 'Patterns of event types (appointment.*, *) for LIKE.';

create table core.consumers (
  name text primary key,
  event_types text[] not null,
  patterns text[] not null,
  queue text not null references core.queues (name),
  kind text not null,
  tick_id bigint not null,
  constraint wants_something check (cardinality(event_types) > 0)
);
comment on table core.consumers is 'Who wants which events, as jobs of which kind in which queue.';
comment on column core.consumers.event_types is 'Types (appointment.booked) or patterns (appointment.*, *).';
comment on column core.consumers.patterns is 'The same for LIKE.';
comment on column core.consumers.tick_id is 'The cursor: all that this tick sees has been delivered.';
create index consumers_queue_idx on core.consumers (queue);
alter table core.consumers enable row level security;
