-- Documents, tables: the policies of an organization, and their versions, whose text never changes.

create schema documents;
comment on schema documents is 'Policies and their versions: the commands behind them. Not exposed by the API.';
grant usage on schema documents to anon, authenticated, service_role;

insert into public.permissions (name, description) values
  ('policies.read', 'Read the policies that are published'),
  ('policies.manage', 'Write policies, publish and withdraw them');
insert into public.role_permissions (role, permission)
select r.name, p.name
from public.roles r
join public.permissions p on p.name = 'policies.read' or p.name = 'policies.manage' and r.name in ('owner', 'admin')
where p.name in ('policies.read', 'policies.manage');

create table public.policies (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  title text not null,
  status text not null default 'draft',
  current_version int,
  latest_version int not null default 0,
  publication_id uuid,
  publication_version int,
  version bigint not null default 1,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint title_is_short_and_not_blank check (length(btrim(title)) between 1 and 200),
  constraint status_is_known check (status in ('draft', 'published', 'archived')),
  constraint published_has_a_version check (status <> 'published' or current_version is not null),
  constraint draft_has_none check (status <> 'draft' or current_version is null),
  constraint current_is_one_of_its_own check (current_version <= latest_version),
  constraint publication_is_whole check ((publication_id is null) = (publication_version is null))
);
comment on table public.policies is
  'A text that holds for an organization, in versions. Members with policies.read see those of which a version holds.';
comment on column public.policies.current_version is 'Number of the version that holds.';
comment on column public.policies.latest_version is 'Number of the newest version, published or not.';
comment on column public.policies.publication_id is 'The publication (a saga) under way: nothing else changes the policy meanwhile.';
comment on column public.policies.version is 'Counts the changes; send it as expected_version to change only what you have seen.';
create index policies_organization_idx on public.policies (organization_id, title);
create index policies_created_by_idx on public.policies (created_by);

create table public.policy_versions (
  policy_id uuid not null references public.policies (id) on delete cascade,
  number int not null,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  body text not null,
  effective_from timestamptz,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  published_at timestamptz,
  publication_id uuid,
  replaces int,
  withdrawn_at timestamptz,
  primary key (policy_id, number),
  constraint numbers_count_from_one check (number >= 1),
  constraint body_is_not_blank_nor_a_library check (length(btrim(body)) > 0 and length(body) <= 200000),
  constraint published_by_a_publication check (published_at is null or publication_id is not null),
  constraint published_or_withdrawn check (published_at is null or withdrawn_at is null),
  constraint replaces_an_earlier_one check (replaces < number)
);
comment on table public.policy_versions is
  'The text of a policy as it was saved; it never changes. Published ones are for members with policies.read, all for those with '
  'policies.manage.';
comment on column public.policy_versions.effective_from is 'When it begins to hold; null: when it is published.';
comment on column public.policy_versions.publication_id is 'What published it last.';
comment on column public.policy_versions.replaces is 'The version that held before it, which holds again when it is withdrawn.';
comment on column public.policy_versions.withdrawn_at is 'When its publication was taken back.';
create index policy_versions_organization_idx on public.policy_versions (organization_id);
create index policy_versions_created_by_idx on public.policy_versions (created_by);

alter table public.policies add constraint current_version_exists
  foreign key (id, current_version) references public.policy_versions (policy_id, number);
create index policies_current_version_idx on public.policies (id, current_version);

create function documents.keep_the_text() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  raise exception using errcode = '42501', message = 'append_only', hint = 'The text of a version never changes: save another one.';
end;
$$;
comment on function documents.keep_the_text() is 'Refuses to change what a version says.';
create trigger keep_the_text before update on public.policy_versions
  for each row
  when ((old.policy_id, old.number, old.body, old.effective_from) is distinct from (new.policy_id, new.number, new.body, new.effective_from))
  execute function documents.keep_the_text();

alter table public.policies enable row level security;
grant select on public.policies to authenticated, service_role;
create policy "members read published policies, managers all" on public.policies
  for select to authenticated using (
    current_version is not null and organization_id = any (array(select core.my_organization_ids('policies.read')))
    or organization_id = any (array(select core.my_organization_ids('policies.manage')))
  );

alter table public.policy_versions enable row level security;
grant select on public.policy_versions to authenticated, service_role;
create policy "members read published versions, managers all" on public.policy_versions
  for select to authenticated using (
    published_at is not null and organization_id = any (array(select core.my_organization_ids('policies.read')))
    or organization_id = any (array(select core.my_organization_ids('policies.manage')))
  );

-- On the topic org:<id>:policies, which members with policies.read may hear.
insert into core.aggregate_types (aggregate_type, domain) values ('policy', 'policies');
select core.register_queue('documents', 'documents');
