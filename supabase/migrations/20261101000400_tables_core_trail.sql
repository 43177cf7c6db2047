-- The trail of commands: the audit log, and the answers kept under idempotency keys.
--
-- The audit log is append-only for every role, its owner included: triggers refuse update, delete and truncate.

-- audit --------------------------------------------------------------------------------------------------------------

create table public.audit_entries (
  id uuid not null default core.uuid_v7(),
  occurred_at timestamptz not null default now(),
  organization_id uuid,
  actor_id uuid,
  actor_kind text not null,
  service_id uuid,
  action text not null,
  subject_type text not null,
  subject_id uuid,
  before jsonb,
  after jsonb,
  request_id text,
  ip inet,
  user_agent text,
  primary key (id, occurred_at),
  constraint actor_kind_is_known check (actor_kind in ('user', 'api_key', 'service', 'guest', 'system'))
) partition by range (occurred_at);
comment on table public.audit_entries is
  'Who did what, when and from where: one entry a command. Nobody can change or delete one.';
comment on column public.audit_entries.organization_id is
  'Null for what concerns no organization. No foreign key: the log outlives what it tells of.';
comment on column public.audit_entries.actor_id is
  'The user, the API key or the registered service; null for guests, secret keys and the system.';
comment on column public.audit_entries.service_id is 'The service through which a user did it.';
comment on column public.audit_entries.before is 'What the command changed, as it was; null when it created.';
comment on column public.audit_entries.after is 'What the command changed, as it became; null when it removed.';
comment on column public.audit_entries.request_id is 'x-request-id of the HTTP request.';
comment on column public.audit_entries.ip is 'First hop of x-forwarded-for, which a client may have forged; null when it is no address.';
create index audit_entries_organization_idx on public.audit_entries (organization_id, occurred_at desc);
create index audit_entries_subject_idx on public.audit_entries (subject_id, occurred_at desc);

alter table public.audit_entries enable row level security;
grant select on public.audit_entries to authenticated, service_role;
create policy "Auditors read the log of their organization" on public.audit_entries
  for select to authenticated using (organization_id in (select core.my_organization_ids('audit.read')));

create function core.refuse_change() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  raise exception using errcode = '42501', message = 'append_only',
    hint = format('%s.%s is append-only: %s is refused.', tg_table_schema, tg_table_name, lower(tg_op));
end;
$$;
comment on function core.refuse_change() is 'Trigger of append-only tables.';

create trigger refuse_change before update or delete on public.audit_entries
  for each row execute function core.refuse_change();
create trigger refuse_truncate before truncate on public.audit_entries
  for each statement execute function core.refuse_change();

create function core.ensure_audit_partitions() returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  child regclass;
begin
  perform core.ensure_month_partitions('public.audit_entries', 'core', 3);
  -- A partition inherits row triggers, but can be truncated by its own name.
  for child in
    select i.inhrelid::regclass from pg_catalog.pg_inherits i
    where i.inhparent = 'public.audit_entries'::regclass
      and not exists (select from pg_catalog.pg_trigger t where t.tgrelid = i.inhrelid and t.tgname = 'refuse_truncate')
  loop
    execute format(
      'create trigger refuse_truncate before truncate on %s for each statement execute function core.refuse_change()', child);
  end loop;
end;
$$;
comment on function core.ensure_audit_partitions() is
  'Makes the audit log''s partitions of the coming months, append-only like it.';

create table core.audit_entries_default partition of public.audit_entries default;
alter table core.audit_entries_default enable row level security;
select core.ensure_audit_partitions();

-- idempotency --------------------------------------------------------------------------------------------------------

create table core.idempotency_keys (
  scope uuid not null,
  command text not null,
  caller text not null,
  key text not null,
  request_hash bytea not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (scope, command, caller, key),
  constraint key_is_short check (length(key) between 1 and 200)
);
comment on table core.idempotency_keys is
  'What each command answered under which key, for a day. Answers may hold a guest''s token: never expose.';
comment on column core.idempotency_keys.scope is 'The aggregate in which the key is unique: mostly the organization.';
comment on column core.idempotency_keys.caller is
  'The user, API key or service; of a caller without an id the role: nobody is given another''s answer. Guests have one name for '
  'all: theirs are kept apart by the key, which is a random uuid, and the request.';
create index idempotency_keys_created_idx on core.idempotency_keys (created_at);
alter table core.idempotency_keys enable row level security;
