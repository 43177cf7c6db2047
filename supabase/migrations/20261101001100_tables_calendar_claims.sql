-- Calendar, tables: claims, the only guard against double booking in the whole system.
-- Whatever takes a resource's time (an appointment with its buffers, a hold, a published game) is a claim on one of its
-- seats. Nothing checks first and writes later: the exclusion constraint decides.

create table calendar.claims (
  resource_id uuid not null,
  seat integer not null default 1,
  during tstzrange not null,
  kind text not null,
  owner_id uuid not null,
  expires_at timestamptz,
  -- One key serves identity and the look-up by owner. It holds during, as an owner that moves has several pieces for a moment.
  primary key (owner_id, resource_id, seat, during),
  constraint claims_exclude_each_other exclude using gist (resource_id with =, seat with =, during with &&),
  constraint known_kind check (kind in ('appointment', 'hold', 'game', 'block')),
  constraint seat_is_positive check (seat >= 1),
  constraint ends_after_start check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
  constraint half_open check (lower_inc(during) and not upper_inc(during)),
  -- Readers find the claims of a window by their start and this bound; what lasts longer is an absence.
  constraint at_most_a_week check (upper(during) - lower(during) <= interval '7 days')
);
comment on table calendar.claims is
  'A seat of a resource is taken during a range, by an owner (the appointment, hold or game). Private: it tells whose time it is.';
comment on column calendar.claims.expires_at is
  'From then on the claim blocks nothing and may be cleared by whoever wants its time (holds, requests); null: it stands.';
-- No foreign key to resources: its key-share lock on the few rows that everyone books would be shared by every booking
-- at once. Resources are retired, never deleted, while they have claims (calendar.guard_claimed_resource).
create index claims_by_start on calendar.claims (resource_id, lower(during)) include (seat, during, expires_at);
create index claims_that_expire on calendar.claims (resource_id, expires_at) where expires_at is not null;
alter table calendar.claims enable row level security;

create function calendar.guard_claimed_resource() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from calendar.claims where resource_id = old.id) then
    perform core.raise_error(409, 'resource_in_use', 'This resource has bookings: retire it instead of deleting it.',
      jsonb_build_object('resource_id', old.id));
  end if;
  return old;
end $$;
comment on function calendar.guard_claimed_resource() is 'Keeps a resource with claims from being deleted.';

create trigger resources_keep_their_claims before delete on public.resources
  for each row execute function calendar.guard_claimed_resource();
