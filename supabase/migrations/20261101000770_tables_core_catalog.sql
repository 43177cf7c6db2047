-- The catalogue of event types: what may be published, and the shape of its data.
--
-- Versions are immutable: what changes is whether a type is still in use. Almanac's own types are rows without an
-- organization (20261101000799, made from shared/events/catalog.ts).

create table public.event_types (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid references public.organizations (id) on delete cascade,
  type text not null,
  version int not null default 1,
  aggregate_type text not null,
  description text not null default '',
  schema jsonb not null,
  status text not null default 'active',
  declared_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_row_a_version unique nulls not distinct (organization_id, type, version),
  constraint type_is_noun_dot_verbed check (type ~ '^[a-z][a-z_]*\.[a-z][a-z_]*$' and length(type) <= 100),
  constraint aggregate_type_is_a_noun check (aggregate_type ~ '^[a-z][a-z_]*$' and length(aggregate_type) <= 60),
  constraint versions_count_from_one check (version between 1 and 1000),
  constraint description_is_short check (length(description) <= 500),
  constraint schema_is_an_object check (jsonb_typeof(schema) = 'object'),
  constraint status_is_known check (status in ('active', 'deprecated', 'retired'))
);
comment on table public.event_types is
  'The types of events: one row a version, with the JSON Schema of its data. Without an organization: Almanac''s own.';
comment on column public.event_types.type is 'noun.verbed, as in invoice.paid. Nouns of Almanac''s own types are reserved.';
comment on column public.event_types.aggregate_type is 'What kind of thing it happens to.';
comment on column public.event_types.schema is 'JSON Schema, draft 2020-12, the subset of core.check_schema. Never changes: see version.';
comment on column public.event_types.status is
  'active; deprecated: still taken, and a sign to move on; retired: no longer taken, kept for those who read the log.';
comment on column public.event_types.declared_by is 'The user, or the credential, that declared it.';
create index event_types_own_nouns_idx on public.event_types (split_part(type, '.', 1)) where organization_id is null;
alter table public.event_types enable row level security;
grant select on public.event_types to authenticated, service_role;
create policy "Users read Almanac's types, members those of their organization" on public.event_types
  for select to authenticated using (
    organization_id is null or organization_id in (select core.my_organization_ids('events.read'))
  );

insert into core.aggregate_types (aggregate_type, domain) values ('event_type', 'events');

-- what is published --------------------------------------------------------------------------------------------------

create function core.is_reserved_type(type text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select from public.event_types t
    where t.organization_id is null and split_part(t.type, '.', 1) = split_part(is_reserved_type.type, '.', 1)
  ) or exists (select from core.aggregate_types a where a.aggregate_type = split_part(is_reserved_type.type, '.', 1));
end;
$$;
comment on function core.is_reserved_type(text) is
  'Whether the type''s noun is Almanac''s own: its events come from commands alone, so that consumers can believe them.';

create function core.newest_event_version(organization_id uuid, type text) returns int
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select max(t.version) from public.event_types t
    where t.organization_id = newest_event_version.organization_id and t.type = newest_event_version.type
      and t.status <> 'retired');
end;
$$;
comment on function core.newest_event_version(uuid, text) is
  'The version that is meant when none is said: the newest not retired. Null: there is none.';

create function core.check_event(organization_id uuid, type text, type_version int, data jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  fitting jsonb;
  faults jsonb;
begin
  -- Asked first: a noun may have become Almanac's own since an organization declared it.
  if core.is_reserved_type(type) then
    perform core.raise_error(403, 'reserved_event_type', format('%s is one of Almanac''s own types: only its commands append it.', left(type, 100)),
      jsonb_build_object('event_type', left(type, 100)));
  end if;
  select t.schema into fitting
  from public.event_types t
  where t.organization_id = check_event.organization_id
    and t.type = check_event.type
    and t.version = coalesce(type_version, core.newest_event_version(check_event.organization_id, check_event.type))
    and t.status <> 'retired';
  if fitting is null then
    perform core.raise_error(422, 'unknown_event_type', 'This type, or this version of it, is not declared or was retired.',
      jsonb_build_object('event_type', left(type, 100), 'type_version', type_version));
  end if;
  -- Joined to nothing, so that a compressed schema is unpacked once and not at each look.
  fitting := fitting || '{}';
  if jsonb_typeof(data) = 'object' then
    faults := core.schema_faults_at(fitting, fitting, data, 0);
  else
    faults := core.fault('must be of type object');
  end if;
  if faults is not null then
    perform core.raise_error(422, 'event_does_not_fit',
      format('data%s %s.', faults -> 0 ->> 'path', faults -> 0 ->> 'message'),
      jsonb_build_object('event_type', type, 'type_version', type_version, 'path', faults -> 0 ->> 'path',
        'message', faults -> 0 ->> 'message', 'faults', jsonb_path_query_array(faults, '$[0 to 19]')));
  end if;
end;
$$;
comment on function core.check_event(uuid, text, int, jsonb) is
  'Refuses an event that its organization may not publish: PT403 reserved_event_type, PT422 unknown_event_type, PT422 '
  'event_does_not_fit with the faults. Without a version the newest is meant.';
