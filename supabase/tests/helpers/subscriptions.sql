-- Subscriptions inside one transaction: its own events are shown to readers by ticks that pretend they had committed.

create schema if not exists tests;

-- From here on nobody ticks but tests.commit_events(): a real tick would find the pretended ones to be of another cluster.
create or replace function tests.stop_the_clock() returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  create or replace function core.tick() returns bigint language sql volatile set search_path = '' as 'select null::bigint';
end;
$$;

-- Shows readers what was appended since the last call. Each has transaction numbers of its own.
create or replace function tests.commit_events() returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  number bigint := (select max(pg_snapshot_xmax(t.snapshot)::text::bigint) from core.ticks t);
  tick_id bigint;
begin
  -- Far ahead: other databases of the server use up numbers meanwhile.
  number := greatest(number, pg_current_xact_id()::text::bigint + 1000000000) + 10;
  update core.events e set transaction_id = number::text::xid8 where e.transaction_id = pg_current_xact_id();
  insert into core.ticks (snapshot, transaction_id)
  values (format('%s:%s:', number + 1, number + 1)::pg_snapshot, '0') returning id into tick_id;
  return tick_id;
end;
$$;

-- One event of an aggregate that is named by a number.
create or replace function tests.append(aggregate int, type text default 'note.written', data jsonb default '{}', slug text default 'clinic')
returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  insert into core.aggregate_types (aggregate_type, domain) values ('note', 'events') on conflict do nothing;
  return core.append_event(case when slug <> '' then tests.organization_id(slug) end, 'note',
    format('00000000-0000-4000-8000-%s', lpad(aggregate::text, 12, '0'))::uuid, type, data);
end;
$$;

create or replace function tests.subscribe(types text[] default '{note.*}', members int default 1, max_attempts int default 10, slug text default 'clinic')
returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  subscription_id uuid;
begin
  insert into public.subscriptions (organization_id, name, types, members, max_attempts)
  values (case when slug <> '' then tests.organization_id(slug) end, gen_random_uuid()::text, subscribe.types, subscribe.members, subscribe.max_attempts)
  returning id into subscription_id;
  insert into core.lanes (subscription_id, member, acked_tick_id, tick_id)
  select subscription_id, m.member, t.id, t.id from generate_series(0, members - 1) m (member), (select max(k.id) as id from core.ticks k) t;
  insert into core.streams (aggregate_id, organization_id, aggregate_type, version)
  values (subscription_id, case when slug <> '' then tests.organization_id(slug) end, 'subscription', 1);
  return subscription_id;
end;
$$;

-- «aggregate:version» of what a claim handed out.
create or replace function tests.names(events jsonb[]) returns text[]
language sql stable
set search_path = ''
as $$
  select coalesce(array_agg(format('%s:%s', ltrim(right(e ->> 'aggregateid', 12), '0'), e ->> 'aggregateversion') order by n), '{}')
  from unnest(events) with ordinality u (e, n)
$$;

-- Claims and tells what; the lease stays.
create or replace function tests.claim(subscription_id uuid, max_events int default 100, member int default null) returns text[]
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  return tests.names(array(select c.event::jsonb from core.claim_events(subscription_id, member, max_events) c));
end;
$$;

create or replace function tests.lease_of(subscription_id uuid) returns uuid
language sql stable security definer
set search_path = ''
as $$ select l.lease_token from core.lanes l where l.subscription_id = lease_of.subscription_id and l.lease_token is not null order by l.claimed_at desc limit 1 $$;

create or replace function tests.event_id(aggregate int, version int) returns uuid
language sql stable security definer
set search_path = ''
as $$
  select e.id from core.events e
  where e.aggregate_id = format('00000000-0000-4000-8000-%s', lpad(aggregate::text, 12, '0'))::uuid and e.version = event_id.version
$$;

-- As if so much time had passed for leases and redeliveries.
create or replace function tests.let_leases_end() returns void
language sql volatile security definer
set search_path = ''
as $$ update core.lanes set leased_until = now() - interval '1 second' where leased_until is not null $$;

create or replace function tests.let_redeliveries_come() returns void
language sql volatile security definer
set search_path = ''
as $$ update core.redeliveries set run_at = now() where run_at < 'infinity' and dead_at is null $$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
