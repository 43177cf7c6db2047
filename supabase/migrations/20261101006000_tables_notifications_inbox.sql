-- Notifications, tables: the inbox that each user has in the application.

create schema notifications;
comment on schema notifications is 'What users are told: the commands behind their inboxes. Not exposed by the API.';
grant usage on schema notifications to anon, authenticated, service_role;

create table notifications.batches (
  id uuid primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  kind text not null,
  subject_type text not null,
  subject_id uuid not null,
  status text not null default 'sent',
  members int not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint kind_is_noun_dot_verbed check (kind ~ '^[a-z_]{1,50}\.[a-z_]{1,50}$'),
  constraint subject_type_is_a_noun check (subject_type ~ '^[a-z][a-z_]{0,49}$'),
  constraint status_is_known check (status in ('sent', 'withdrawn')),
  constraint members_are_counted check (members >= 0)
);
comment on table notifications.batches is
  'What was told many at once, known by what told it. One that is withdrawn stays so: what comes late finds it.';
create index batches_organization_idx on notifications.batches (organization_id);
alter table notifications.batches enable row level security;

create table public.notifications (
  id uuid primary key default core.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  batch_id uuid not null references notifications.batches (id) on delete cascade,
  kind text not null,
  subject_type text not null,
  subject_id uuid not null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  constraint told_once unique (batch_id, user_id),
  constraint kind_is_noun_dot_verbed check (kind ~ '^[a-z_]{1,50}\.[a-z_]{1,50}$'),
  constraint read_after_it_came check (read_at >= created_at)
);
comment on table public.notifications is
  'The inbox: what each user is told in the application. Ids only: what it is about is read, with permission, where it is.';
comment on column public.notifications.kind is 'What happened, as an event is named: policy.published.';
comment on column public.notifications.subject_id is 'What it happened to.';
create index notifications_user_idx on public.notifications (user_id, created_at desc, id desc);
create index notifications_unread_idx on public.notifications (user_id) where read_at is null;
create index notifications_organization_idx on public.notifications (organization_id);

alter table public.notifications enable row level security;
grant select on public.notifications to authenticated, service_role;
create policy "users read their own inbox" on public.notifications
  for select to authenticated using (user_id = (select auth.uid()));

insert into core.aggregate_types (aggregate_type, domain) values ('notification_batch', 'notifications');
